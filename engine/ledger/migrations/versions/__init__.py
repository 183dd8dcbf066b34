"""The schema's history. A migration never changes once released; a new one is added after it."""
