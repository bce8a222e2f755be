"""A store of one's own, as the tests of jobs have it."""

from tests.jobs.conftest import store, tiny

__all__ = ["store", "tiny"]
