"""The API that template.yaml deploys: who may call what, how often, and what its log holds."""

import json
import re

import pytest

from tests.support.cloudformation import (
    CERTIFICATE, CREATING, CREATING_MANY, CREATING_ONE, DOMAIN, GATES, JWT, OPENING, PUBLIC, REDEEMING, TAKING_BACK, UNDOING,
    broken_rules, deployed, free_json, functions, of_type, properties, read_toml, source, walk,
)  # fmt: skip

AUTHS = [{}, {"CreateAuth": "AWS_IAM"}, JWT, {"CreateAuth": "NONE"}]
IDS = ["default", "AWS_IAM", "JWT", "NONE"]
OF_ANY_MODEL, OF_A_MODEL = "POST /api/qrcode/encrypted-payload", "POST /api/qrcode/encrypted-payload/{model}"
every_auth = pytest.mark.parametrize("auth", AUTHS, ids=IDS)


def routes(stack) -> dict:
    found = list(properties(stack, "AWS::ApiGatewayV2::Route").values())
    keyed = {route["RouteKey"]: route for route in found}
    assert len(keyed) == len(found), "a route appears twice"
    return keyed


# Routes


@every_auth
def test_every_route_goes_to_its_function_and_there_are_no_others(auth):
    stack = deployed(**auth)
    integrations = properties(stack, "AWS::ApiGatewayV2::Integration")
    found = {}
    for key, route in routes(stack).items():
        assert route["ApiId"] == {"Ref": "HttpApi"}
        integration = integrations[re.fullmatch(r"integrations/\$\{(\w+)\}", route["Target"])[1]]
        assert integration["IntegrationType"] == "AWS_PROXY"
        assert integration["PayloadFormatVersion"] == "2.0"
        found[key] = integration["IntegrationUri"]["Fn::GetAtt"][0]
    assert found == CREATING | PUBLIC
    (api,) = properties(stack, "AWS::ApiGatewayV2::Api").values()
    assert api["ProtocolType"] == "HTTP"
    assert not {"Body", "BodyS3Location", "Target", "RouteKey"} & api.keys(), "routes come from their resources alone"


def test_the_console_can_be_closed():
    stack = deployed(Console="off")
    assert routes(stack).keys() == CREATING.keys() | {f"{method} {path}" for path in OPENING for method in ("GET", "HEAD")}
    assert "ConsoleUrl" not in stack["Outputs"]


def test_the_local_api_has_no_route_that_the_template_lacks():
    manifest = read_toml("Cargo.toml")
    router = manifest["workspace"]["metadata"]["lambda"]["watch"]["router"]
    local = {f"{entry['method']} {path}": entry["function"] for path, entries in router.items() for entry in entries}
    binaries = {
        resource["Metadata"]["BuildProperties"]["Binary"]: name
        for name, resource in source()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    # cargo-lambda and API Gateway spell a variable that takes slashes differently.
    local = {re.sub(r"\{\*(\w+)\}", r"{\1+}", key): binaries[function] for key, function in local.items()}
    assert local.items() <= (CREATING | PUBLIC | REDEEMING | UNDOING | TAKING_BACK | GATES).items()


def test_no_stage_is_in_the_path():
    (stage,) = properties(deployed(), "AWS::ApiGatewayV2::Stage").values()
    assert stage["StageName"] == "$default"
    assert stage["AutoDeploy"] is True


@every_auth
def test_this_api_and_no_other_may_invoke_the_functions(auth):
    stack = deployed(**auth)
    permissions = {
        name: permission
        for name, permission in properties(stack, "AWS::Lambda::Permission").items()
        if permission["Principal"] != "secretsmanager.amazonaws.com"
    }
    for permission in permissions.values():
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert permission["SourceArn"] == "arn:aws:execute-api:eu-central-1:123456789012:${HttpApi}/*"
    invoked = sorted(permission["FunctionName"]["Fn::GetAtt"][0] for permission in permissions.values())
    assert invoked == ["CreateBatchFunction", "CreateQrFunction", "DecryptCtextFunction"]
    assert not of_type(stack, "AWS::Lambda::Url"), "a function URL would be a way around the API"


# Who may create codes


@every_auth
def test_creating_is_closed_as_asked_and_everything_else_is_open(auth):
    kind = auth.get("CreateAuth", "AWS_IAM")
    for key, route in routes(deployed(**auth)).items():
        expected = kind if key in CREATING else "NONE"
        assert route["AuthorizationType"] == expected, key
        authorizer = {"Ref": "JwtAuthorizer"} if expected == "JWT" else None
        assert route.get("AuthorizerId") == authorizer, key
        assert not {"ApiKeyRequired", "AuthorizationScopes"} & route.keys()


def test_a_token_needs_one_of_the_scopes():
    scopes = {"JwtScopes": "codes:create,codes:admin"}
    for key, route in routes(deployed(**JWT, **scopes)).items():
        expected = ["codes:create", "codes:admin"] if key in CREATING else None
        assert route.get("AuthorizationScopes") == expected, key
    # API Gateway knows scopes of tokens only.
    for route in routes(deployed(**JWT | scopes | {"CreateAuth": "AWS_IAM"})).values():
        assert "AuthorizationScopes" not in route


@pytest.mark.parametrize("kind", ["JWT", "AWS_IAM", "NONE"])
def test_the_authorizer_of_tokens_stays_when_creating_is_closed_otherwise(kind):
    # API Gateway refuses to delete an authorizer to which a route refers.
    assert properties(deployed(), "AWS::ApiGatewayV2::Authorizer") == {}
    assert properties(deployed(**JWT | {"CreateAuth": kind}), "AWS::ApiGatewayV2::Authorizer") == {
        "JwtAuthorizer": {
            "ApiId": {"Ref": "HttpApi"},
            "Name": "create",
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Issuer": JWT["JwtIssuer"], "Audience": [JWT["JwtAudience"]]},
        }
    }


@pytest.mark.parametrize("parameters", [*AUTHS, JWT | {"JwtScopes": "codes:create"}], ids=[*IDS, "JWT with scopes"])
def test_a_model_in_the_path_changes_nothing_but_the_path(parameters):
    for rate in source()["Parameters"]["CreateRate"]["AllowedValues"]:
        stack = deployed(CreateRate=rate, **parameters)
        (stage,) = properties(stack, "AWS::ApiGatewayV2::Stage").values()
        for of_any, of_a in ((OF_ANY_MODEL, OF_A_MODEL), (f"{OF_ANY_MODEL}/batch", f"{OF_A_MODEL}/batch")):
            assert routes(stack)[of_a] == routes(stack)[of_any] | {"RouteKey": of_a}
            assert stage["RouteSettings"][of_a] == stage["RouteSettings"][of_any]


@pytest.mark.parametrize("missing", ["JwtIssuer", "JwtAudience"])
def test_tokens_need_an_issuer_and_an_audience(missing):
    (said,) = broken_rules(**JWT | {missing: ""})
    assert missing in said
    assert "CreateAuth=JWT" in said


@every_auth
def test_complete_parameters_break_no_rule(auth):
    assert broken_rules(**auth) == []


def test_the_outputs_name_what_the_right_to_create_is_a_right_to():
    arn = deployed()["Outputs"]["CreateArn"]["Value"]
    prefix, pattern = arn.split("${HttpApi}")
    assert prefix == "arn:aws:execute-api:eu-central-1:123456789012:"
    allowed = re.compile(re.escape(pattern).replace(r"\*", ".*"))
    # The resource of a request is /stage/METHOD/path.
    for key in CREATING | PUBLIC:
        resource = f"/$default/{key.replace(' /', '/')}"
        assert bool(allowed.fullmatch(resource)) == (key in CREATING), key


# Limits

OF_BATCHES = {"ThrottlingRateLimit": 2, "ThrottlingBurstLimit": 4}


def test_each_route_has_its_limits():
    stack = deployed(OpenRate=7, OpenBurst=11)
    (stage,) = of_type(stack, "AWS::ApiGatewayV2::Stage").values()
    settings = stage["Properties"]
    assert settings["DefaultRouteSettings"] == {"ThrottlingRateLimit": "7", "ThrottlingBurstLimit": "11"}
    creating = dict.fromkeys(CREATING_ONE, {"ThrottlingRateLimit": 20, "ThrottlingBurstLimit": 40})
    assert settings["RouteSettings"] == creating | dict.fromkeys(CREATING_MANY, OF_BATCHES)
    # API Gateway refuses settings of a route that it does not have yet.
    depended = [stack["Resources"][name]["Properties"]["RouteKey"] for name in stage["DependsOn"]]
    assert sorted(depended) == sorted(CREATING)


@pytest.mark.parametrize("rate", source()["Parameters"]["CreateRate"]["AllowedValues"])
def test_the_rate_of_creating_arrives_as_a_number(rate):
    (stage,) = properties(deployed(CreateRate=rate), "AWS::ApiGatewayV2::Stage").values()
    creating = {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": 2 * rate}
    # A batch makes thousands of codes, whatever the rate of single ones is.
    assert stage["RouteSettings"] == dict.fromkeys(CREATING_ONE, creating) | dict.fromkeys(CREATING_MANY, OF_BATCHES)


def test_no_number_of_the_parameters_is_in_a_property_whose_type_is_not_declared():
    # A reference to a parameter is a string. CloudFormation turns it into a number only where the type is declared.
    template = source()
    numbers = {name for name, parameter in template["Parameters"].items() if parameter["Type"] == "Number"}
    searched = set()
    for resource in template["Resources"].values():
        for name in free_json(resource["Type"]) & resource.get("Properties", {}).keys():
            searched.add((resource["Type"], name))
            for node in walk(resource["Properties"][name]):
                assert not (isinstance(node, dict) and node.get("Ref") in numbers), (resource["Type"], name)
                assert not any(f"${{{number}}}" in str(node) for number in numbers), (resource["Type"], name)
    assert ("AWS::ApiGatewayV2::Stage", "RouteSettings") in searched
    assert ("AWS::IAM::Role", "AssumeRolePolicyDocument") in searched


def test_concurrency_is_reserved_only_on_demand():
    for function in functions(deployed()).values():
        assert "ReservedConcurrentExecutions" not in function
    reserved = functions(deployed(CreateConcurrency=0, OpenConcurrency=50))
    # What stops creating stops all of it.
    assert reserved["CreateQrFunction"]["ReservedConcurrentExecutions"] == "0"
    assert reserved["CreateBatchFunction"]["ReservedConcurrentExecutions"] == "0"
    assert reserved["DecryptCtextFunction"]["ReservedConcurrentExecutions"] == "50"
    assert "ReservedConcurrentExecutions" not in reserved["RotateKeyringFunction"]


# Browsers


def test_pages_elsewhere_may_not_call_the_api_unless_named():
    (api,) = properties(deployed(), "AWS::ApiGatewayV2::Api").values()
    assert "CorsConfiguration" not in api
    (api,) = properties(deployed(ConsoleOrigin="https://console.example.org"), "AWS::ApiGatewayV2::Api").values()
    cors = api["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["https://console.example.org"]
    assert cors["AllowMethods"] == ["GET", "POST", "DELETE"]
    assert {"authorization", "content-type", "idempotency-key", "x-amz-date"} <= set(cors["AllowHeaders"])
    # What a batch is saved as.
    assert "content-disposition" in cors["ExposeHeaders"]
    assert "AllowCredentials" not in cors
    assert "*" not in json.dumps(cors)


# The log


# None of these holds a path, a query, a header, a body or a text of the caller.
HARMLESS = {
    "$context.requestTime", "$context.requestId", "$context.identity.sourceIp", "$context.routeKey", "$context.status",
    "$context.responseLength", "$context.responseLatency", "$context.integrationLatency", "$context.error.responseType",
    "$context.identity.userArn", "$context.authorizer.claims.sub",
}  # fmt: skip


def test_the_access_log_holds_no_ctext():
    (stage,) = properties(deployed(), "AWS::ApiGatewayV2::Stage").values()
    settings = stage["AccessLogSettings"]
    assert settings["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    line = json.loads(settings["Format"])
    assert set(line.values()) <= HARMLESS
    assert {"$context.routeKey", "$context.status"} <= set(line.values())
    # Who created a code, with AWS_IAM and with JWT.
    assert {"$context.identity.userArn", "$context.authorizer.claims.sub"} <= set(line.values())
    group = deployed()["Resources"]["AccessLogs"]["Properties"]["LogGroupName"]
    assert group == "/aws/vendedlogs/sealed-qr/access"


# A domain name of one's own

DOMAIN_TYPES = ["AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping", "AWS::Route53::RecordSet"]


def test_there_is_no_domain_by_default():
    assert not any(of_type(deployed(), kind) for kind in DOMAIN_TYPES)


def test_a_domain_leads_to_the_api():
    stack = deployed(**DOMAIN, HostedZoneId="Z0123456789ABCDEFGHIJ")
    (domain,), (mapping,), (record,) = (properties(stack, kind).values() for kind in DOMAIN_TYPES)
    assert domain == {
        "DomainName": "qr.example.org",
        "DomainNameConfigurations": [
            {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
        ],
    }
    assert mapping == {
        "ApiId": {"Ref": "HttpApi"},
        "DomainName": {"Ref": "ApiDomain"},
        "Stage": {"Ref": "DefaultStage"},
    }
    assert record == {
        "HostedZoneId": "Z0123456789ABCDEFGHIJ",
        "Name": "qr.example.org",
        "Type": "A",
        "AliasTarget": {
            "DNSName": {"Fn::GetAtt": ["ApiDomain", "RegionalDomainName"]},
            "HostedZoneId": {"Fn::GetAtt": ["ApiDomain", "RegionalHostedZoneId"]},
        },
    }
    # Codes printed with the first address go on working, unless that is turned off.
    for off in ("false", "true"):
        stack = deployed(**DOMAIN, DisableExecuteApiEndpoint=off)
        (api,) = properties(stack, "AWS::ApiGatewayV2::Api").values()
        assert api["DisableExecuteApiEndpoint"] == off


def test_printed_codes_keep_what_leads_to_them():
    resources = deployed(**DOMAIN, HostedZoneId="Z0123456789ABCDEFGHIJ")["Resources"]
    kept = {name: resource for name, resource in resources.items() if resource["Type"] in DOMAIN_TYPES}
    assert len(kept) == len(DOMAIN_TYPES)
    for name, resource in kept.items():
        # When the name is emptied, a resource is removed; when it changes, it is replaced.
        assert resource["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}, name
        assert resource["UpdateReplacePolicy"] == "Retain", name


@pytest.mark.parametrize(
    ("parameters", "warned"), [({}, True), (DOMAIN, False), ({"PublicBaseUrl": "https://qr.example.net"}, False)]
)
def test_links_that_lead_to_the_api_itself_are_warned_of(parameters, warned):
    outputs = deployed(**parameters)["Outputs"]
    assert ("LinksWarning" in outputs) == warned
    if warned:
        assert {"DomainName", "PublicBaseUrl"} <= set(re.findall(r"\w+", outputs["LinksWarning"]["Value"]))


def test_a_domain_without_a_hosted_zone_makes_no_record():
    stack = deployed(**DOMAIN)
    assert len(of_type(stack, "AWS::ApiGatewayV2::ApiMapping")) == 1
    assert not of_type(stack, "AWS::Route53::RecordSet")
    assert stack["Outputs"]["DomainTarget"]["Value"] == {"Fn::GetAtt": ["ApiDomain", "RegionalDomainName"]}


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"DomainName": "qr.example.org"}, "CertificateArn"),
        ({"HostedZoneId": "Z0123456789ABCDEFGHIJ"}, "DomainName"),
        ({"DisableExecuteApiEndpoint": "true"}, "DomainName"),
    ],
)
def test_half_a_domain_is_refused(parameters, word):
    (said,) = broken_rules(**parameters)
    assert word in said
