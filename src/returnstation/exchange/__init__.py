"""Files in: what is brought in from CSV, JSON Lines and XLSX, and by which profile.

A file is read row by row, so its length does not matter. Every row ends in exactly one place:
in the records that are kept, or in the rejected file with the reason.
"""

from returnstation.exchange.economics import read_sales
from returnstation.exchange.importing import Counts, Keep, Report, Wishes, import_rows
from returnstation.exchange.orders import read_orders
from returnstation.exchange.outfiles import whole_file
from returnstation.exchange.policies import GivenPolicy, PolicySource, read_policies
from returnstation.exchange.products import read_merchants, read_products
from returnstation.exchange.profiles import Kind, Profile, load_profile, profile_names
from returnstation.exchange.refunds import read_reports
from returnstation.exchange.returns import merged_rmas, read_rmas
from returnstation.exchange.rows import Accepted, BadField, Problem, Rejected, Row
from returnstation.exchange.sources import open_source
from returnstation.exchange.users import (
    ROLES,
    THEMES,
    checked_badge,
    checked_pin,
    is_user_id,
    read_users,
)

__all__ = [
    "ROLES",
    "THEMES",
    "Accepted",
    "BadField",
    "Counts",
    "GivenPolicy",
    "Keep",
    "Kind",
    "PolicySource",
    "Problem",
    "Profile",
    "Rejected",
    "Report",
    "Row",
    "Wishes",
    "checked_badge",
    "checked_pin",
    "import_rows",
    "is_user_id",
    "load_profile",
    "merged_rmas",
    "open_source",
    "profile_names",
    "read_merchants",
    "read_orders",
    "read_policies",
    "read_products",
    "read_reports",
    "read_rmas",
    "read_sales",
    "read_users",
    "whole_file",
]
