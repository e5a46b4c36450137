"""What CloudFormation makes of template.yaml and parameters: the SAM transform, then references and conditions."""

import re
from functools import cache

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from tools.local_api import ROOT

try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11, where pytest brings this twin
    import tomli as tomllib

TEMPLATE = ROOT / "template.yaml"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "sealed-qr",
}
# Routes and the functions behind them.
CREATING_ONE = {
    "POST /api/qrcode/encrypted-payload": "CreateQrFunction",
    "POST /api/qrcode/encrypted-payload/{model}": "CreateQrFunction",
    "POST /api/qrcode": "CreateQrFunction",
}
CREATING_MANY = {f"{route}/batch": "CreateBatchFunction" for route in CREATING_ONE}
CREATING = CREATING_ONE | CREATING_MANY
CONSOLE = dict.fromkeys(["/api", "/api/openapi.json", "/api/problems/{slug}"], "CreateQrFunction")
OPENING = dict.fromkeys(
    [
        "/api/decrypt/qrcode-details", "/API/DECRYPT/QRCODE-DETAILS", "/d/{ctext+}", "/D/{ctext+}",
        "/.well-known/jwks.json",
    ],
    "DecryptCtextFunction",
)  # fmt: skip
# Only with codes that count, or that can be taken back.
REDEEMING = dict.fromkeys(["POST /api/decrypt/qrcode-details", "POST /d/{ctext+}"], "RedeemCodeFunction")
UNDOING = dict.fromkeys(["DELETE /api/decrypt/qrcode-details", "DELETE /d/{ctext+}"], "RedeemCodeFunction")
TAKING_BACK = dict.fromkeys(["POST /api/qrcode/revoke", "DELETE /api/qrcode/revoke"], "RedeemCodeFunction")
# Only with codes that count, and only where not everyone may create.
ENROLLING = dict.fromkeys(["POST /api/gate/enrolments", "DELETE /api/gate/enrolments"], "RedeemCodeFunction")
AT_GATES = dict.fromkeys(
    [
        "GET /api/gate", "HEAD /api/gate", "GET /api/gate/decoder.js", "HEAD /api/gate/decoder.js", "GET /api/gate/session",
        "HEAD /api/gate/session", "POST /api/gate/session", "DELETE /api/gate/session", "POST /api/gate/redeem", "POST /api/gate/undo",
    ],
    "RedeemCodeFunction",
)  # fmt: skip
GATES = ENROLLING | AT_GATES
# Link checkers and some scanners ask with HEAD first.
PUBLIC = {f"{method} {path}": name for path, name in (CONSOLE | OPENING).items() for method in ("GET", "HEAD")}
# Parameters that belong together.
JWT = {"CreateAuth": "JWT", "JwtIssuer": "https://login.example.org/", "JwtAudience": "sealed-qr"}
CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
DOMAIN = {"DomainName": "qr.example.org", "CertificateArn": CERTIFICATE}
REFERENCE = re.compile(r"\$\{(?!!)([^}]+)\}")
NO_VALUE = object()


class NoManagedPolicies:
    """Stands in for the list of AWS managed policies, which the transform would fetch from IAM."""

    def load(self):
        pytest.fail("the template names a managed policy")


def source() -> dict:
    """The template as it is written."""
    return yaml_parse(TEMPLATE.read_text())


@cache
def deployed(region: str = PSEUDO_PARAMETERS["AWS::Region"], partition: str = "aws", **given) -> dict:
    """The stack's resources and outputs. References to other resources stay."""
    template = source()
    parameters = values(template, given)
    # `sam deploy` puts the address of the uploaded package here before the transform runs.
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", region)
        template = transform(template, dict(parameters), NoManagedPolicies())
    place = {"AWS::Region": region, "AWS::Partition": partition}
    resolver = Resolver(parameters | PSEUDO_PARAMETERS | place, template["Conditions"])
    return {section: resolver.kept(template[section]) for section in ("Resources", "Outputs")}


def broken_rules(**given) -> list[str]:
    """What CloudFormation answers before it begins, rule by rule."""
    template = source()
    resolver = Resolver(values(template, given) | PSEUDO_PARAMETERS, template["Conditions"])
    return [
        assertion["AssertDescription"]
        for rule in template["Rules"].values()
        if resolver.holds(rule["RuleCondition"])
        for assertion in rule["Assertions"]
        if not resolver.holds(assertion["Assert"])
    ]


def values(template: dict, given: dict) -> dict[str, str]:
    """All parameters, checked as CloudFormation checks them."""
    declared = template["Parameters"]
    assert given.keys() <= declared.keys(), given
    chosen = {name: str(given.get(name, parameter["Default"])) for name, parameter in declared.items()}
    for name, value in chosen.items():
        assert accepts(declared[name], value), f"{name}={value}"
    return chosen


def accepts(parameter: dict, value: str) -> bool:
    if "AllowedValues" in parameter and value not in map(str, parameter["AllowedValues"]):
        return False
    if parameter["Type"] == "Number":
        return parameter.get("MinValue", float("-inf")) <= float(value) <= parameter.get("MaxValue", float("inf"))
    return re.search(parameter.get("AllowedPattern", ""), value) is not None


def with_ids(node, **ids: str):
    """What a resolved part of the stack becomes once these resources exist: `Ref` gives each of them its id."""
    if isinstance(node, str):
        return REFERENCE.sub(lambda match: ids.get(match[1], match[0]), node)
    if isinstance(node, list):
        return [with_ids(child, **ids) for child in node]
    if isinstance(node, dict):
        return Resolver(ids, {}).resolve({name: with_ids(child, **ids) for name, child in node.items()})
    return node


class Resolver:
    def __init__(self, known: dict[str, str], conditions: dict):
        self.known, self.conditions = known, conditions

    def kept(self, entries: dict) -> dict:
        """The resources or outputs whose conditions hold."""
        return {
            name: self.resolve(entry)
            for name, entry in entries.items()
            if "Condition" not in entry or self.holds(self.conditions[entry["Condition"]])
        }

    def holds(self, condition) -> bool:
        ((function, arguments),) = condition.items()
        match function:
            case "Condition":
                return self.holds(self.conditions[arguments])
            case "Fn::Equals":
                left, right = (str(self.resolve(argument)) for argument in arguments)
                return left == right
            case "Fn::Not":
                return not self.holds(arguments[0])
            case "Fn::And":
                return all(map(self.holds, arguments))
            case "Fn::Or":
                return any(map(self.holds, arguments))
        raise NotImplementedError(function)

    def resolve(self, node):
        if isinstance(node, list):
            return [item for item in map(self.resolve, node) if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, arguments),) = node.items()
            match function:
                case "Ref" if arguments == "AWS::NoValue":
                    return NO_VALUE
                case "Ref" if arguments in self.known:
                    return self.known[arguments]
                case "Fn::If":
                    condition, then, otherwise = arguments
                    return self.resolve(then if self.holds(self.conditions[condition]) else otherwise)
                case "Fn::Sub":
                    text, names = arguments if isinstance(arguments, list) else (arguments, {})
                    return self.substitute(text, self.resolve(names))
                case "Fn::Split":
                    separator, text = self.resolve(arguments)
                    return text.split(separator) if isinstance(text, str) else {function: [separator, text]}
                case "Fn::Select":
                    index, choices = self.resolve(arguments)
                    return choices[int(index)] if isinstance(choices, list) else {function: [index, choices]}
        resolved = {name: self.resolve(value) for name, value in node.items()}
        return {name: value for name, value in resolved.items() if value is not NO_VALUE}

    def substitute(self, text: str, names: dict):
        """The text with what is known put in; an attribute of a resource stays as ${Resource.Attribute}."""
        for name, value in names.items():
            if isinstance(value, dict) and "Fn::GetAtt" in value:
                names[name] = "${" + ".".join(value["Fn::GetAtt"]) + "}"
        unknown = {name: value for name, value in names.items() if isinstance(value, dict)}

        def value(match):
            return match[0] if match[1] in unknown else names.get(match[1], self.known.get(match[1], match[0]))

        text = REFERENCE.sub(value, text).replace("${!", "${")
        return {"Fn::Sub": [text, unknown]} if unknown else text


def read_toml(path: str) -> dict:
    return tomllib.loads((ROOT / path).read_text())


def of_type(stack: dict, kind: str) -> dict:
    return {name: resource for name, resource in stack["Resources"].items() if resource["Type"] == kind}


def properties(stack: dict, kind: str) -> dict:
    return {name: resource["Properties"] for name, resource in of_type(stack, kind).items()}


def functions(stack: dict) -> dict:
    return properties(stack, "AWS::Lambda::Function")


@cache
def free_json(kind: str) -> set[str]:
    """The properties of a resource type that take any JSON, so that CloudFormation does not know the types within."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return {
        name
        for name, declared in schema["properties"].items()
        if "object" in declared.get("type", ()) and not {"properties", "patternProperties", "$ref"} & declared.keys()
    }


def walk(node):
    yield node
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from walk(child)
