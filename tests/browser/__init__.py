"""Tests in a real browser: staff at work, from the sign-on page to the finished record."""
