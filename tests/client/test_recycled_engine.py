"""An engine in which memory was lost ends between two jobs, and another one goes on."""

import sys
from collections.abc import Callable
from pathlib import Path

from queued import QueuedClient
from recorder import Recorder

from studio import messages

LEAKY = '''
"""The engine's own process, over a model service that loses 1 GiB in each job of the task "leak"."""
import sys, time
from studio import messages
from studio.engine.process import EngineProcess, EventPipe

def pipe(name, mode):
    return open(int(sys.argv[sys.argv.index(name) + 1]), mode, buffering=0 if "w" in mode else -1)

emit = EventPipe(pipe("--events", "wb"))

class Service:
    leaked_bytes = resident_bytes = 0
    def warm(self): pass
    def wait_for_scan(self): return False
    def take_leaks(self): return ["Net was given up but is still held by the module leaky."]

class Runner:
    def run(self, order, job):
        emit(messages.Started(order.job, {}))
        time.sleep(order.params["seconds"])
        service.leaked_bytes += 2**30 * (order.task == "leak")
        emit(messages.Finished(order.job, 1.0))

service = Service()
emit(messages.Starting(1, "Starting"))
emit(messages.Ready([], [], [], []))
process = EngineProcess(emit, [Runner()], service)
process.serve(pipe("--commands", "rb"))
sys.exit(process.exit_code)
'''


def test_an_engine_that_lost_memory_is_replaced_between_two_jobs(
    make_client: Callable[..., QueuedClient], seen: Recorder, tmp_path: Path
) -> None:
    engine = tmp_path / "leaky.py"
    engine.write_text(LEAKY)
    client = make_client(argv=[sys.executable, str(engine)])
    seen.wait(messages.Ready)
    jobs = [client.submit(task, {"seconds": seconds}) for task, seconds in (("leak", 0.5), ("calm", 0.0))]
    assert all(isinstance(seen.end(job), messages.Finished) for job in jobs)
    ended = seen.wait(messages.Ended)
    assert (ended.exit_code, ended.restarting, ended.suspect) == (messages.RECYCLED, True, "")
    assert "the queue is kept" in ended.message
    assert len(seen.of(messages.Ready)) == 2
    assert [event.job for event in seen.of(messages.Started)] == jobs, "nothing was run twice"
    assert any("the module leaky" in event.text for event in seen.of(messages.Log))
