"""What a sales file can hold, and the choices its importer offers."""

from decimal import Decimal

from sop_app.system.spreadsheets.field_types import (
    CodeType,
    DateType,
    DecimalType,
    MonthType,
    TextType,
)
from sop_app.system.spreadsheets.kinds import ImportOption
from sop_app.system.spreadsheets.mapping import TargetField

_CUSTOMER = TargetField(
    "customer",
    "Customer",
    CodeType(40),
    synonyms=(
        "customer id",
        "customer code",
        "customer no",
        "customer number",
        "account",
        "sold to",
    ),
    help="Code of the customer. Rows without one are a choice below.",
)
_CUSTOMER_NAME = TargetField(
    "customer_name",
    "Customer name",
    TextType(160),
    synonyms=("company name", "company", "account name", "ship name"),
    help="Name given to customers that are created from the file.",
)
_REGION = TargetField(
    "region",
    "Region",
    TextType(60),
    synonyms=("country", "area", "market", "ship country"),
    help="Region given to customers that are created from the file.",
)
_PRODUCT = TargetField(
    "product",
    "Product",
    CodeType(60),
    is_required=True,
    synonyms=("sku", "stock code", "product id", "product code", "item", "item code", "material"),
    help="Code of the product. Codes that differ by case only are one product.",
)
_PRODUCT_NAME = TargetField(
    "product_name",
    "Product name",
    TextType(200),
    synonyms=("description", "product description", "item name", "item description"),
    help="Name given to products that are created from the file: the one that occurs most.",
)

LINE_FIELDS = (
    TargetField(
        "invoice",
        "Invoice",
        CodeType(60),
        synonyms=("invoice no", "invoice number", "order", "order id", "order no", "document"),
        help="A number that begins with C is a cancellation.",
    ),
    TargetField(
        "date",
        "Date",
        DateType(),
        is_required=True,
        synonyms=("invoice date", "order date", "posting date", "day"),
    ),
    _CUSTOMER,
    _CUSTOMER_NAME,
    _REGION,
    _PRODUCT,
    _PRODUCT_NAME,
    TargetField(
        "quantity",
        "Quantity",
        DecimalType(3),
        is_required=True,
        synonyms=("qty", "units", "pieces", "quantity sold"),
        help="Negative quantities are returns.",
    ),
    TargetField(
        "unit_price",
        "Unit price",
        DecimalType(6),
        synonyms=("price", "net price", "price per unit"),
        help="Net price of one unit.",
    ),
    TargetField(
        "discount",
        "Discount",
        DecimalType(6, least=Decimal(0), most=Decimal(1)),
        synonyms=("discount rate",),
        help="Share taken off the line, from 0 to 1.",
    ),
    TargetField(
        "amount",
        "Amount",
        DecimalType(6),
        synonyms=("net amount", "line amount", "line total", "revenue", "sales", "turnover"),
        help="Net amount of the line. Where it is given, the price is not needed.",
    ),
)

MONTH_FIELDS = (
    _CUSTOMER,
    _CUSTOMER_NAME,
    _REGION,
    _PRODUCT,
    _PRODUCT_NAME,
    TargetField(
        "month",
        "Month",
        MonthType(),
        synonyms=("period", "date", "year month"),
        help="Not needed where every month has a column of its own.",
    ),
    TargetField(
        "quantity",
        "Quantity",
        DecimalType(3),
        synonyms=("qty", "units", "net quantity", "quantity sold"),
        help="Net quantity: sold less returned.",
    ),
    TargetField(
        "returned",
        "Returned quantity",
        DecimalType(3, least=Decimal(0)),
        synonyms=("returns", "returned"),
        help="Quantity that came back, written without a minus.",
    ),
    TargetField(
        "amount",
        "Amount",
        DecimalType(6),
        synonyms=("net amount", "revenue", "sales", "turnover", "value"),
    ),
    TargetField(
        "monthly_quantity",
        "Quantity by month",
        DecimalType(3),
        is_month_series=True,
        help="One column per month with net quantities.",
    ),
    TargetField(
        "monthly_amount",
        "Amount by month",
        DecimalType(6),
        is_month_series=True,
        help="One column per month with net amounts.",
    ),
)

LEAVE_OUT, KEEP, REFUSE, CREATE = "leave_out", "keep", "refuse", "create"
UNKNOWN_CUSTOMER = "UNKNOWN"

CANCELLATIONS = ImportOption(
    "cancellations",
    "Cancelled invoices (number begins with C)",
    {"return": "Count as returns", LEAVE_OUT: "Leave out"},
)
RETURNS = ImportOption(
    "returns",
    "Other rows with a negative quantity",
    {"return": "Count as returns", LEAVE_OUT: "Leave out"},
)
NON_PRODUCTS = ImportOption(
    "non_products",
    "Codes that are no products (postage, fees, manual entries)",
    {LEAVE_OUT: "Leave out", KEEP: "Import as products"},
)
NO_CUSTOMER = ImportOption(
    "no_customer",
    "Rows without customer",
    {LEAVE_OUT: "Leave out", "unknown": f"Book on customer {UNKNOWN_CUSTOMER}"},
)
DUPLICATES = ImportOption(
    "duplicates",
    "Rows that repeat another row exactly",
    {KEEP: "Keep", LEAVE_OUT: "Leave out"},
)
ZERO_PRICES = ImportOption(
    "zero_prices",
    "Rows with price 0",
    {KEEP: "Keep, with amount 0", LEAVE_OUT: "Leave out"},
)
NEGATIVE_PRICES = ImportOption(
    "negative_prices",
    "Rows with a negative price",
    {REFUSE: "Refuse", LEAVE_OUT: "Leave out", KEEP: "Keep"},
)
UNKNOWN_CUSTOMERS = ImportOption(
    "unknown_customers",
    "Customers that do not exist yet",
    {CREATE: "Create from the file", REFUSE: "Refuse"},
)
UNKNOWN_PRODUCTS = ImportOption(
    "unknown_products",
    "Products that do not exist yet",
    {CREATE: "Create from the file", REFUSE: "Refuse"},
)
REPEATED_ROWS = ImportOption(
    "repeated_rows",
    "Same customer, product and month in several rows",
    {REFUSE: "Refuse", "add": "Add up"},
)
MISSING_AMOUNTS = ImportOption(
    "missing_amounts",
    "Amount, where the file holds quantities only",
    {"price_list": "Quantity at the price of the month", "zero": "0"},
)
REPLACED = ImportOption(
    "replaced",
    "Months of the file that already hold sales",
    {"months": "Replace the whole months", "rows": "Replace only what the file holds"},
)
WRONG_ROWS = ImportOption(
    "wrong_rows",
    "Wrong rows",
    {REFUSE: "Refuse the file", LEAVE_OUT: "Leave out"},
)

LINE_OPTIONS = (
    CANCELLATIONS,
    RETURNS,
    NON_PRODUCTS,
    NO_CUSTOMER,
    DUPLICATES,
    ZERO_PRICES,
    NEGATIVE_PRICES,
    UNKNOWN_CUSTOMERS,
    UNKNOWN_PRODUCTS,
    REPLACED,
    WRONG_ROWS,
)
MONTH_OPTIONS = (
    NON_PRODUCTS,
    NO_CUSTOMER,
    REPEATED_ROWS,
    MISSING_AMOUNTS,
    UNKNOWN_CUSTOMERS,
    UNKNOWN_PRODUCTS,
    REPLACED,
    WRONG_ROWS,
)

NON_PRODUCT_CODES = "non_product_codes"
"""Key in ``Mapping.options`` of the user's own list of codes, separated by commas."""
