"""Which half floats a device computes with."""

from functools import cache

import torch

INSTRUCTIONS = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")
"""torch's names; a processor that has any of these computes with bfloat16."""


@cache
def knows_bfloat16(device: str) -> bool:
    """Whether a device (`cpu`, `cuda:0`, …) computes with bfloat16.

    A processor without instructions for it emulates it: a picture takes five times as long as in float32, a large
    product of matrices hundreds of times (pytorch/pytorch#146508). Leased components are in a dtype that the device
    runs well; ask here before you choose one of your own, for `torch.autocast` say.
    """
    if device.split(":", maxsplit=1)[0] != "cpu":
        return True
    able = torch.cpu.get_capabilities()
    return any(able.get(name) for name in INSTRUCTIONS)
