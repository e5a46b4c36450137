"""A Secrets Manager with one secret and AWS's rules for its versions and stages, as rotation needs them.

moto does not serve here: it gives no way to stage a version that has no value yet, which is how AWS begins a rotation.
"""

import json
import secrets
import threading
from functools import partial

from tests.support.fakes import Server
from tests.support.faults import Fault

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
WRITING = ["PutSecretValue", "UpdateSecretVersionStage"]
ACTIONS = ["DescribeSecret", "GetSecretValue", *WRITING]
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keyring-AbCdEf"


def _reply(status: int, answer: dict) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/x-amz-json-1.1"}, json.dumps({"ARN": ARN} | answer).encode()


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
        self._faults: dict[str, Fault] = {}
        self._takes_effect, self._once = True, False
        self._lock = threading.RLock()

    def begin_rotation(self) -> str:
        """The token of a new rotation, staged as AWSPENDING and without a value."""
        token = secrets.token_hex(16)
        with self._lock:
            for stages in self.stages.values():
                stages.discard("AWSPENDING")
            self.stages[token] = {"AWSPENDING"}
        return token

    def version(self, stage: str) -> str:
        (found,) = [version for version, stages in self.stages.items() if stage in stages]
        return found

    def store(self, keyring: dict[str, str]) -> None:
        """As put-secret-value does it."""
        version = secrets.token_hex(16)
        with self._lock:
            self.values[version] = json.dumps(keyring)
            self._move("AWSCURRENT", version)

    def break_down(self, fault: Fault, actions=ACTIONS, once: bool = False, takes_effect: bool = True) -> None:
        """From now on calls meet this fault, with or without the effect that they ask for."""
        with self._lock:
            self._faults = dict.fromkeys(actions, fault)
            self._once, self._takes_effect = once, takes_effect

    def heal(self) -> None:
        self._faults = {}

    @property
    def current(self) -> dict[str, str]:
        return json.loads(self.values[self.version("AWSCURRENT")])

    def _answer(self, method, path, headers, content):
        action = headers["x-amz-target"].rpartition(".")[2]
        with self._lock:
            self.calls.append(action)
            fault = self._faults.get(action)
            if fault and self._once:
                self.heal()
            if fault and not self._takes_effect:
                reply = _reply(500, {"__type": "InternalServiceError"})
            else:
                reply = self._take(action, json.loads(content))
        return partial(fault.deliver, reply=reply) if fault else reply

    def _take(self, action, request):
        try:
            return _reply(200, getattr(self, f"_{action}")(request))
        except Refused as refused:
            return _reply(400, {"__type": refused.code, "message": "refused"})

    def _DescribeSecret(self, request):
        stages = {version: sorted(stages) for version, stages in self.stages.items() if stages}
        return {"RotationEnabled": self.rotation_enabled, "VersionIdsToStages": stages}

    def _GetSecretValue(self, request):
        assert request["SecretId"] == ARN
        staged = [version for version, stages in self.stages.items() if request["VersionStage"] in stages]
        version = request.get("VersionId") or (staged or [None])[0]
        if version not in staged or version not in self.values:
            raise Refused("ResourceNotFoundException")
        stages = sorted(self.stages[version])
        return {"VersionId": version, "SecretString": self.values[version], "VersionStages": stages}

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
        if "MoveToVersionId" in request:
            self._move(stage, request["MoveToVersionId"])
        else:
            self.stages[request["RemoveFromVersionId"]].discard(stage)
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
