.PHONY: serve test long bench screens lighthouse lock
serve: ; @tools/serve
test: ; @tools/test
long: ; @.venv/bin/pytest -m slow --timeout=0
bench: ; @.venv/bin/python -m bench
screens: ; @.venv/bin/python -m tests.browser.screenshots
lighthouse: ; @.venv/bin/python -m tests.browser.lighthouse
lock: ; @.venv/bin/uv pip compile -q --universal --generate-hashes --extra test --extra build --extra pdf pyproject.toml -o requirements.lock
