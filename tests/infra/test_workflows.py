"""The workflows: what runs with rights, by which versions, and what the lines in them do."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from tests.support.cloudformation import ROOT, TEMPLATE, read_toml, source

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))}
JOBS = {f"{name}/{job}": spec for name, workflow in WORKFLOWS.items() for job, spec in workflow["jobs"].items()}
# What compiles, installs from source, or runs what was written to do so.
BUILDING = re.compile(r"\b(cargo|make|rustup|setup\.py|npm|sam build)\b")


def lines(job: dict) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def step(job: str, name: str) -> str:
    (found,) = [step["run"] for step in JOBS[job]["steps"] if step.get("name") == name]
    return found


@pytest.mark.parametrize("job", JOBS)
def test_what_builds_has_no_rights_and_what_has_rights_builds_nothing(job):
    rights = {name for name, access in JOBS[job]["permissions"].items() if access == "write"}
    assert not (rights and BUILDING.search(lines(JOBS[job])))
    if rights:
        assert "environment" in JOBS[job], "its rules decide which branches and tags may have the rights"


def test_only_two_jobs_have_rights():
    assert {job for job in JOBS if "id-token" in JOBS[job]["permissions"]} == {"deploy/deploy", "release/publish"}
    assert JOBS["deploy/deploy"]["if"] == "github.ref == 'refs/heads/main'"


def test_the_job_with_the_role_installs_only_wheels_with_known_hashes():
    installs = re.findall(r"pip install .*", lines(JOBS["deploy/deploy"]))
    (install,) = installs
    assert "--require-hashes" in install and "--only-binary :all:" in install
    requirements = ROOT / install.split("--requirement ")[1]
    packages = re.split(r"\n(?=\w)", requirements.read_text().strip())
    assert all(re.match(r"[\w.-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", package) for package in packages)
    # What is installed elsewhere is the same SAM CLI.
    (sam,) = {package.split()[0] for package in packages if package.startswith("aws-sam-cli==")}
    for path in (requirements.with_suffix(".in"), ROOT / "tools" / "deploy-requirements.txt"):
        assert path.read_text().split()[0] == sam, path


def test_only_programs_come_from_the_build(tmp_path):
    # As the build job leaves them, and something that a build script has added.
    built = tmp_path / "build"
    names = [name for name, resource in source()["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"]
    for name in names:
        program = built / ".aws-sam/build" / name / "bootstrap"
        program.parent.mkdir(parents=True)
        program.write_text(name)
        program.chmod(0o755)
    (built / ".aws-sam/build/template.yaml").write_text("Resources: {}")
    packing = step("deploy/build", "Build the functions").splitlines()[-1]
    subprocess.run(["bash", "-ec", packing], cwd=built, check=True)
    # The other job has its own checkout.
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    shutil.copy(TEMPLATE, checkout)
    shutil.copy(built / "functions.tar", checkout)
    unpacking = step("deploy/deploy", "Put each function's program beside its template")
    subprocess.run(["bash", "-ec", unpacking], cwd=checkout, check=True)
    files = {str(path.relative_to(checkout)) for path in checkout.rglob("*") if path.is_file()}
    programs = {f".aws-sam/build/{name}/bootstrap" for name in names}
    assert files == programs | {"template.yaml", "functions.tar", "built.yaml"}
    assert all(os.access(checkout / program, os.X_OK) for program in programs)
    deployed, written = yaml_parse((checkout / "built.yaml").read_text()), source()
    for name in names:
        assert deployed["Resources"][name]["Properties"].pop("CodeUri") == f".aws-sam/build/{name}"
    assert deployed == written


def test_the_subject_is_printed():
    subject = "repo:owner@123456/name@456789:environment:production"
    claims = base64.urlsafe_b64encode(json.dumps({"sub": subject, "aud": "sts.amazonaws.com"}).encode()).decode()
    answer = json.dumps({"value": f"e30.{claims.rstrip('=')}.signature"})
    reading = step("deploy/deploy", "Print the subject").partition(" | ")[2]
    assert reading.startswith("python3 -c ")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", reading], input=answer, env={"PATH": path}, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{subject}\n"


def test_one_toolchain_and_the_oldest_one_are_named():
    pinned = {workflow["env"]["RUSTUP_TOOLCHAIN"] for workflow in WORKFLOWS.values()}
    assert len(pinned) == 1 and re.fullmatch(r"\d+\.\d+\.\d+", *pinned)
    oldest = read_toml("Cargo.toml")["workspace"]["package"]["rust-version"]
    assert JOBS["ci/msrv"]["env"]["RUSTUP_TOOLCHAIN"] == oldest
    for job in JOBS.values():
        for install in re.findall(r"rustup toolchain install (\S+)", lines(job)):
            assert install == '"$RUSTUP_TOOLCHAIN"'


def test_cargo_lambda_keeps_to_the_lock_file_without_being_asked(tmp_path):
    # `sam build` passes no options, so the workspace says it.
    said = read_toml("Cargo.toml")["workspace"]["metadata"]["lambda"]["build"]
    assert said == {"locked": True}
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.rs").write_text("fn main() {}\n")
    package = '[package]\nname = "small"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n'
    lock = tmp_path / "Cargo.lock"
    outdated = 'version = 4\n\n[[package]]\nname = "small"\nversion = "0.0.9"\n'
    command = [Path(sys.executable).with_name("cargo-lambda"), "lambda", "build", "--compiler", "cargo", "--bin", "small"]
    for metadata, kept in [("", False), ("[workspace.metadata.lambda.build]\nlocked = true\n", True)]:
        (tmp_path / "Cargo.toml").write_text(package + metadata)
        lock.write_text(outdated)
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert (done.returncode != 0, "0.0.9" in lock.read_text()) == (kept, kept), done.stderr


def test_a_release_has_a_bill_of_materials_and_a_proof_of_its_origin():
    assert "cargo-cyclonedx" in lines(JOBS["release/build"]) and "*.cdx.json" in lines(JOBS["release/build"])
    proving = [step for step in JOBS["release/publish"]["steps"] if "attest-build-provenance@" in step.get("uses", "")]
    assert [step["with"] for step in proving] == [{"subject-path": "release/*"}]
