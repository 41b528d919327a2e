"""What a site decides as data: checklists and economics."""

from returnstation.sitedata.checklists import load_checklists
from returnstation.sitedata.economics import load_economics
from returnstation.sitedata.files import BadSiteFile

__all__ = ["BadSiteFile", "load_checklists", "load_economics"]
