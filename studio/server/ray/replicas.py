"""How many replicas there are, and what each is given."""

from collections.abc import Mapping

from studio.errors import UserError
from studio.server.ray.options import RayOptions, ReplicaCount

MOST_CORES = 4
"""Of a replica without a GPU, unless its user says otherwise: more speed up a picture little."""


def replicas_of(resources: Mapping[str, float], options: RayOptions) -> tuple[ReplicaCount, dict[str, float]]:
    """`resources`: of the cluster. One on each GPU; where there is none, one on so many cores. Raises UserError."""
    gpus, cores = int(resources.get("GPU", 0)), int(resources.get("CPU", 1))
    if gpus:
        return options.replicas or ReplicaCount(gpus, gpus), {"num_cpus": 0, "num_gpus": 1}
    each = options.cores or max(1, min(MOST_CORES, cores // 2))
    if each > cores:
        raise UserError("The cluster has {} cores, fewer than one replica is to have ({}).", cores, each, code="cores")
    count = max(1, cores // each)
    return options.replicas or ReplicaCount(count, count), {"num_cpus": each}
