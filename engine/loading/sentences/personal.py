"""Sentences for what the rules find about values of people."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "personal-without-retention": {
        "en": (
            '"{id}" is personal, but nothing says how long such values are kept',
            "add retention: to this procedure, e.g. 1 year, or a default to site.yaml",
        ),
        "zh": ("“{id}”是个人信息, 却没有写保存多久", "在本规程加 retention:, 例如 1 year, 或在 site.yaml 写默认的保存期"),
    },
    "personal-decides": {
        "en": (
            '"{name}" is personal and will be erased; nothing can depend on it',
            "ask what decides in a field of its own that is not personal",
        ),
        "zh": ("“{name}”是个人信息, 到期要删除, 不能拿来作条件或期限", "把起决定作用的另设一栏来问, 那一栏不写 personal"),
    },
}
