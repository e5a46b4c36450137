import pytest

from tests.support import aws


@pytest.fixture(scope="module")
def account(tmp_path_factory) -> aws.Account:
    with aws.account(tmp_path_factory.mktemp("aws")) as account:
        yield account
