"""A study and its stored results as one archive: written whole, taken in whole or not at all.

The archive is a zip: ``study/`` the folder as it is, ``results/STAGE/KEY/`` what the store holds of its
current keys, ``nodescope.json`` the SHA-256 of every file.
"""

from core.sharing.give import Exported, export_study
from core.sharing.take import Imported, import_study

__all__ = ["Exported", "Imported", "export_study", "import_study"]
