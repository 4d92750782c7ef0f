"""A broker, and the environment in which a user's programs find it."""

from __future__ import annotations

import pytest

from tests.broker.fake import FakeBroker


@pytest.fixture
def broker(tmp_path_factory, monkeypatch):
    with FakeBroker(tmp_path_factory.mktemp("broker")) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made
