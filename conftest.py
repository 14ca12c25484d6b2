"""What the project's own test suites need; pytest takes `pytest_plugins` only from the root."""

pytest_plugins = ["pytester"]
