"""A Secrets Manager with one secret and AWS's rules for its versions and stages, as rotation needs them.

moto does not serve here: it gives no way to stage a version that has no value yet, which is how AWS begins a rotation.
"""

import json
import secrets

from fakes import Server

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keyring-AbCdEf"


class Refused(Exception):
    def __init__(self, code: str):
        self.code = code


class RotatingSecret(Server):
    def __init__(self, value: str):
        super().__init__(self._answer)
        self.rotation_enabled = True
        self.stages = {"first": {"AWSCURRENT"}}
        self.values = {"first": value}
        self.calls: list[str] = []
        self.fails: set[str] = set()

    def begin_rotation(self) -> str:
        """The token of a new rotation, staged as AWSPENDING and without a value."""
        token = secrets.token_hex(16)
        for stages in self.stages.values():
            stages.discard("AWSPENDING")
        self.stages[token] = {"AWSPENDING"}
        return token

    def version(self, stage: str) -> str:
        (found,) = [version for version, stages in self.stages.items() if stage in stages]
        return found

    @property
    def current(self) -> dict[str, str]:
        return json.loads(self.values[self.version("AWSCURRENT")])

    def _answer(self, method, path, headers, content):
        action = headers["x-amz-target"].rpartition(".")[2]
        self.calls.append(action)
        try:
            if action in self.fails:
                raise Refused("InternalServiceError")
            status, answer = 200, getattr(self, f"_{action}")(json.loads(content))
        except Refused as refused:
            status, answer = 400, {"__type": refused.code, "message": "refused"}
        return status, {"content-type": "application/x-amz-json-1.1"}, json.dumps({"ARN": ARN} | answer).encode()

    def _DescribeSecret(self, request):
        stages = {version: sorted(stages) for version, stages in self.stages.items() if stages}
        return {"RotationEnabled": self.rotation_enabled, "VersionIdsToStages": stages}

    def _GetSecretValue(self, request):
        assert request["SecretId"] == ARN
        version = request.get("VersionId") or self.version(request["VersionStage"])
        if request["VersionStage"] not in self.stages.get(version, ()) or version not in self.values:
            raise Refused("ResourceNotFoundException")
        return {"VersionId": version, "SecretString": self.values[version], "VersionStages": sorted(self.stages[version])}

    def _PutSecretValue(self, request):
        version, value = request["ClientRequestToken"], request["SecretString"]
        if self.values.setdefault(version, value) != value:
            raise Refused("ResourceExistsException")
        for stage in request["VersionStages"]:
            self._move(stage, version)
        return {"VersionId": version}

    def _UpdateSecretVersionStage(self, request):
        stage = request["VersionStage"]
        if stage not in self.stages.get(request["RemoveFromVersionId"], ()):
            raise Refused("InvalidParameterException")
        self._move(stage, request["MoveToVersionId"])
        return {}

    def _move(self, stage: str, version: str) -> None:
        for stages in self.stages.values():
            if stage == "AWSCURRENT":
                stages.discard("AWSPREVIOUS")
            if stage in stages:
                stages.discard(stage)
                if stage == "AWSCURRENT":
                    stages.add("AWSPREVIOUS")
        self.stages.setdefault(version, set()).add(stage)
