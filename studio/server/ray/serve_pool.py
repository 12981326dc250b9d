"""ServePool: the replicas as a deployment of Ray Serve, over its handle; no port of Serve's own is opened."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from ray import serve
from ray.exceptions import RayError, RayTaskError, TaskCancelledError
from ray.serve.exceptions import RayServeException, RequestCancelledError

from studio.errors import UserError
from studio.messages import AT_ENGINE, Planned, Ready, decode_event
from studio.server.ray.cluster import Cluster
from studio.server.ray.options import RayOptions, ReplicaCount
from studio.server.ray.places import HELD
from studio.server.ray.pool import Pool, ReplicaLost, Told
from studio.server.ray.replica import EngineReplica
from studio.server.ray.replicas import replicas_of
from studio.worker import GivenPictures

APP = "studio"
GRACE_S = 10.0
ANSWER_S = 300.0


class ServeReplica(EngineReplica):
    """A replica that tells Serve's router which models it draws with."""

    @serve.multiplexed(max_num_models_per_replica=HELD)  # type: ignore[untyped-decorator]
    async def _holds(self, model: str) -> str:
        return model  # the engine loads it with the job

    async def run(self, order: bytes, pictures: GivenPictures) -> AsyncGenerator[Told, None]:
        if model := serve.get_multiplexed_model_id():
            await self._holds(model)
        async with aclosing(super().run(order, pictures)) as told:
            async for each in told:
                yield each


class ServeStream:
    def __init__(self, response: Any) -> None:
        self._response = response

    def __aiter__(self) -> AsyncIterator[Told]:
        return self._read()

    async def _read(self) -> AsyncIterator[Told]:
        try:
            async for told in self._response:
                yield told
        except (TaskCancelledError, RequestCancelledError):
            return
        except RayTaskError:  # what our own code raised there
            raise
        except (RayError, RayServeException) as error:
            raise ReplicaLost(str(error)) from error

    def cancel(self) -> None:
        self._response.cancel()


class ServePool:
    """`cluster`: ends with it, if it was started for it."""

    def __init__(self, handle: Any, most: int, cluster: Cluster) -> None:
        self._handle, self._most, self._cluster = handle, most, cluster

    @property
    def most(self) -> int:
        return self._most

    async def offered(self) -> Ready:
        ready = decode_event(await self._ask("offered"))
        assert isinstance(ready, Ready)
        return ready

    async def planned(self, request: bytes) -> Planned:
        planned = decode_event(await self._ask("planned", request))
        assert isinstance(planned, Planned)
        return planned

    def run(self, order: bytes, pictures: GivenPictures, model: str) -> ServeStream:
        handle = self._handle.options(method_name="run", stream=True, multiplexed_model_id=model)
        return ServeStream(handle.remote(order, pictures))

    def close(self) -> None:
        with contextlib.suppress(Exception):
            if self._cluster.is_own:
                serve.shutdown()
            else:  # other servers may have replicas there
                serve.delete(self._handle.app_name)
        self._cluster.close()

    async def _ask(self, method: str, *arguments: Any) -> bytes:
        try:
            answer: bytes = await asyncio.wait_for(
                self._handle.options(method_name=method, stream=False).remote(*arguments), ANSWER_S
            )
        except RayTaskError as error:
            if isinstance(error.cause, UserError):
                raise UserError("{}", error.cause.message, code=error.cause.code) from error
            raise
        except (RayError, RayServeException, TimeoutError) as error:
            raise ReplicaLost(str(error)) from error
        return answer


def start(cluster: Cluster, options: RayOptions) -> Pool:
    """Start the replicas on a cluster that is connected; returns when they run. Raises UserError."""
    count, resources = replicas_of(cluster.resources, options)
    logging.getLogger("ray.serve").setLevel(logging.ERROR)
    try:
        serve.start(proxy_location="Disabled")
        application = deployment(count, resources)
        name = f"{APP}-{secrets.token_hex(4)}"
        handle = serve.run(application, name=name, route_prefix=None, logging_config={"log_level": "ERROR"})
    except Exception:
        cluster.close()
        raise
    return ServePool(handle, count.most, cluster)


def deployment(count: ReplicaCount, resources: dict[str, float]) -> Any:
    """What Serve runs. `resources`: of each replica."""
    scaling: dict[str, Any] = {"num_replicas": count.most}
    if count.least < count.most:
        # All that waits for a replica counts, so twice as many orders as replicas call for more of them.
        scaling = {
            "autoscaling_config": {
                "min_replicas": count.least, "max_replicas": count.most, "initial_replicas": count.least,
                "target_ongoing_requests": 1, "upscale_delay_s": 10, "downscale_delay_s": 300,
            }
        }  # fmt: skip
    deployed = serve.deployment(
        ServeReplica,
        name=APP,
        ray_actor_options=resources,
        max_ongoing_requests=AT_ENGINE,
        max_queued_requests=-1,  # the front's queue is the bounded one
        graceful_shutdown_timeout_s=GRACE_S,
        **scaling,
    )
    return deployed.bind(0 if "num_gpus" in resources else int(resources.get("num_cpus", 0)))
