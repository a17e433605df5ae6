"""Label Studio: a labelling configuration, tasks with or without predictions, and the export of what people did.

`write` makes a folder with `config.xml` (for the project's settings) and `tasks.json` (to import); `read` takes the
project's export in the format JSON. Its page counts offsets in Unicode code points of the task's text, a line end
as the one or two characters it is; tests/interop asks the real program, in a real browser.
"""

from framing.interop.label_studio.configuration import labelling_configuration
from framing.interop.label_studio.exports import read
from framing.interop.label_studio.tasks import write

__all__ = ["labelling_configuration", "read", "write"]
