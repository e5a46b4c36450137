"""The processors that cargo-lambda compiles for, so that what is measured here is the code that is deployed."""

import platform

# In Lambda the x86-64 machines have AVX2, the arm64 ones are Graviton2 or newer.
TARGET_CPU = {"x86_64": "haswell", "aarch64": "neoverse-n1", "arm64": "neoverse-n1"}[platform.machine()]


def release_flags() -> dict[str, str]:
    """What to add to the environment of `cargo build --release`."""
    return {"RUSTFLAGS": f"-C target-cpu={TARGET_CPU}"}
