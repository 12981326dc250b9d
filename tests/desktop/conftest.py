"""Windows without a screen."""

import pytest
from desk import PlainDesk


@pytest.fixture
def desk(qapp, tmp_path):
    desk = PlainDesk(tmp_path)
    yield desk
    desk.worker.close()
