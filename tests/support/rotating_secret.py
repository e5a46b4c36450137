"""A Secrets Manager with one secret and AWS's rules for its versions, stages and rotation; docs/aws-contracts.md has
their sources.

moto does not serve here: it gives no way to stage a version that has no value yet, which is how AWS begins a rotation,
and it begins one while another is pending.
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
CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
FIRST_VERSION = "the-first-version-of-the-keyring"


def _reply(status: int, answer: dict) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/x-amz-json-1.1"}, json.dumps({"ARN": ARN} | answer).encode()


class Refused(Exception):
    def __init__(self, code: str, message: str):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


def _require(condition, code: str, message: str) -> None:
    if not condition:
        raise Refused(code, message)


class RotatingSecret(Server):
    def __init__(self, value: str):
        super().__init__(self._answer)
        # None until rotation is configured for the first time.
        self.rotation_enabled: bool | None = True
        self.stages = {FIRST_VERSION: {CURRENT}}
        self.values = {FIRST_VERSION: value}
        self.calls: list[str] = []
        self._faults: dict[str, Fault] = {}
        self._takes_effect, self._once = True, False
        self._lock = threading.RLock()

    def begin_rotation(self) -> str:
        """As RotateSecret begins: the token of a new rotation, staged as AWSPENDING and without a value."""
        token = secrets.token_hex(16)
        with self._lock:
            _require(
                self._holder(PENDING) in (None, self._holder(CURRENT)),
                "InvalidRequestException",
                "a previous rotation is not complete",
            )
            self._move(PENDING, token)
            self.rotation_enabled = True
        return token

    def rotate(self, take) -> str | None:
        """As RotateSecret does it, with `take(step, token)` for the function; the error that stopped it, if one did."""
        token = self.begin_rotation()
        return next(filter(None, (take(step, token) for step in STEPS)), None)

    def configure_rotation(self, take, value: str | None = None) -> str | None:
        """As RotateSecret with RotateImmediately=false: testSecret alone, on a pending version that is then removed.

        AWS does not say whether that version has a value, nor whether rotation counts as turned on meanwhile.
        """
        enabled = self.rotation_enabled
        token = self.begin_rotation()
        self.rotation_enabled = enabled
        if value is not None:
            self.values[token] = value
        try:
            return take("testSecret", token)
        finally:
            with self._lock:
                self.stages.pop(token, None)
                self.values.pop(token, None)
                self.rotation_enabled = True

    def cancel_rotation(self) -> None:
        """As CancelRotateSecret does it: the schedule is off, and what was pending stays pending."""
        self.rotation_enabled = False

    def version(self, stage: str) -> str:
        holder = self._holder(stage)
        assert holder, f"no version is {stage}"
        return holder

    def store(self, keyring: dict[str, str]) -> None:
        """As put-secret-value does it."""
        self._PutSecretValue({"ClientRequestToken": secrets.token_hex(16), "SecretString": json.dumps(keyring)})

    def break_down(self, fault: Fault, actions=ACTIONS, once: bool = False, takes_effect: bool = True) -> None:
        """From now on calls meet this fault, with or without the effect that they ask for."""
        with self._lock:
            self._faults = dict.fromkeys(actions, fault)
            self._once, self._takes_effect = once, takes_effect

    def heal(self) -> None:
        self._faults = {}

    @property
    def current(self) -> dict[str, str]:
        return json.loads(self.values[self.version(CURRENT)])

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
            _require(request["SecretId"] in (ARN, "keyring"), "ResourceNotFoundException", "no such secret")
            with self._lock:
                return _reply(200, getattr(self, f"_{action}")(request))
        except Refused as refused:
            return _reply(400, {"__type": refused.code, "message": refused.message})

    def _DescribeSecret(self, request):
        stages = {version: sorted(stages) for version, stages in self.stages.items()}
        # "Secrets Manager only returns fields that have a value in the response."
        enabled = {} if self.rotation_enabled is None else {"RotationEnabled": self.rotation_enabled}
        return {"Name": "keyring", "VersionIdsToStages": stages} | enabled

    def _ListSecretVersionIds(self, request):
        return {"Versions": [{"VersionId": id, "VersionStages": sorted(stages)} for id, stages in self.stages.items()]}

    def _GetSecretValue(self, request):
        stage, version = request.get("VersionStage"), request.get("VersionId")
        if not version:
            version = self._holder(stage or CURRENT)
        found = version in self.values and (not stage or stage in self.stages.get(version, ()))
        _require(found, "ResourceNotFoundException", "no value of this version with this stage")
        stages = sorted(self.stages.get(version, ()))
        return {"VersionId": version, "SecretString": self.values[version], "VersionStages": stages}

    def _PutSecretValue(self, request):
        version, value = request["ClientRequestToken"], request["SecretString"]
        _require(32 <= len(version) <= 64, "InvalidParameterException", "ClientRequestToken has 32 to 64 characters")
        stages = request.get("VersionStages", [CURRENT])
        _require(1 <= len(stages) <= 20, "InvalidParameterException", "VersionStages has 1 to 20 members")
        if version in self.values:
            same = self.values[version] == value
            _require(same, "ResourceExistsException", "a version does not change")
        else:
            self.values[version] = value
            for stage in stages:
                self._move(stage, version)
        return {"VersionId": version, "VersionStages": sorted(self.stages.get(version, ()))}

    def _UpdateSecretVersionStage(self, request):
        stage, holder = request["VersionStage"], self._holder(request["VersionStage"])
        source, target = request.get("RemoveFromVersionId"), request.get("MoveToVersionId")
        _require(source == holder, "InvalidParameterException", f"{stage} is not attached to RemoveFromVersionId")
        if target:
            _require(target in self.stages, "InvalidParameterException", "no such version to move to")
            self._move(stage, target)
        else:
            _require(stage != CURRENT, "InvalidParameterException", "AWSCURRENT needs a version to move to")
            self._detach(stage, holder)
        return {}

    def _RotateSecret(self, request):
        return {"VersionId": self.begin_rotation()}

    def _CancelRotateSecret(self, request):
        self.cancel_rotation()
        return {}

    def _holder(self, stage: str) -> str | None:
        return next((version for version, stages in self.stages.items() if stage in stages), None)

    def _move(self, stage: str, version: str) -> None:
        """Attaches a stage to one version alone; the one that was current becomes the previous one."""
        holder = self._holder(stage)
        if holder == version:
            return
        self.stages.setdefault(version, set()).add(stage)
        if holder:
            if stage == CURRENT:
                self._move(PREVIOUS, holder)
            self._detach(stage, holder)

    def _detach(self, stage: str, version: str) -> None:
        """A version without a stage is deprecated: it is no longer listed, and AWS may delete it at any time."""
        self.stages[version].discard(stage)
        if not self.stages[version]:
            del self.stages[version]
