"""For tests of code that uses this library: a server that fails on demand, and a switch that shuts the network.

    with no_network(), FaultServer(lambda request: '{"claims": []}', faults=Faults(rate_limit=0.1)) as server:
        backend = load_backend("openai:any", base_url=server.base_url)

`Oracle` is the model that knows: it answers with hand-labelled gold in whatever format a prompt asks for.
`framing.backends.mock.Mock` answers without any server. Nothing here needs a particular test runner.
"""

from framing.backends._faults import Faults
from framing.testing._api import Canned
from framing.testing._http import Received
from framing.testing._network import NetworkRefusedError, no_network
from framing.testing._oracle import Oracle
from framing.testing._server import FaultServer, Stats, http_date

__all__ = [
    "Canned",
    "FaultServer",
    "Faults",
    "NetworkRefusedError",
    "Oracle",
    "Received",
    "Stats",
    "http_date",
    "no_network",
]
