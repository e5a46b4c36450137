"""What `sam local` would serve, as far as that shows without Docker: its routes, its functions, their environment."""

import json

import pytest
from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.local.apigw.path_converter import PathConverter

from tests.support.cloudformation import CREATING, GATES, PUBLIC, REDEEMING, ROOT, TAKING_BACK, UNDOING, TEMPLATE, read_toml

# The SAM CLI's own affair.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def stacks():
    stacks, remote = SamLocalStackProvider.get_stacks(str(TEMPLATE))
    assert not remote
    return stacks


def test_start_api_serves_every_route(stacks):
    # Without it, the SAM CLI ends with a traceback at the AuthorizerId that is there for tokens only.
    options = read_toml("samconfig.toml")["default"]["local_start_api"]["parameters"]
    (api,) = ApiProvider(stacks, cwd=str(ROOT), disable_authorizer=options["disable_authorizer"]).get_all()
    served = {
        f"{method} {PathConverter.convert_path_to_api_gateway(route.path)}": route.function_name
        for route in api.routes
        for method in route.methods
        # The SAM CLI takes AWS::NoValue for a CORS configuration.
        if method != "OPTIONS"
    }
    # The SAM CLI does not evaluate conditions.
    assert served == CREATING | PUBLIC | REDEEMING | UNDOING | TAKING_BACK | GATES
    assert {route.payload_format_version for route in api.routes} == {"2.0"}


def test_invoke_finds_every_function_and_can_set_its_environment(stacks):
    config = read_toml("samconfig.toml")["default"]
    (environment,) = {config[command]["parameters"]["env_vars"] for command in ("local_start_api", "local_invoke")}
    parameters = json.loads((ROOT / environment).read_text())["Parameters"].keys() - {"NOTE"}
    functions = {function.name: function for function in SamFunctionProvider(stacks).get_all()}
    names = ("CreateBatch", "CreateQr", "DecryptCtext", "DescribeEvent", "PrintRun", "RedeemCode", "RotateKeyring")
    assert functions.keys() == {f"{name}Function" for name in names}
    for function in functions.values():
        # It passes over variables that the template does not declare, without a word.
        assert parameters <= function.environment["Variables"].keys()
        assert function.architectures == ["arm64"]
