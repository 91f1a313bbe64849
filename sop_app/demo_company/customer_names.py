"""The customers of the demo company by name, with the size that makes each believable.

Names and sizes stand together because they belong together: a hospital group that buys four items
for EUR 0.8 M, a wholesaler with thirteen, a delicatessen that left.
"""

from typing import NamedTuple


class CustomerWords(NamedTuple):
    """A customer and its size.

    ``payment_days`` 0 means prepaid. ``sales`` is what the customer buys in a year, in EUR
    thousand; ``item_count`` how many items it may be sold.
    """

    code: str
    name: str
    channel: str
    region: str
    payment_days: int
    sales: int
    item_count: int


CUSTOMERS_BY_REP = {
    "elena.marsh": (
        CustomerWords("C-1004", "Brennan Foodservice", "Wholesale", "North", 45, 1284, 11),
        CustomerWords("C-1011", "Harbor Grocers", "Retail", "West", 30, 1012, 11),
        CustomerWords("C-1019", "Nordhaven Hotels", "Hotel", "North", 30, 937, 9),
        CustomerWords("C-1023", "Castellane Catering", "Catering", "West", 30, 874, 7),
        CustomerWords("C-1036", "Lakeshore Schools", "Public", "North", 60, 813, 6),
        CustomerWords("C-1040", "Alder Hospital Group", "Hospital", "North", 30, 797, 4),
    ),
    "daniel.okafor": (
        CustomerWords("C-1061", "Dunmore Retail Group", "Retail", "North", 30, 1942, 14),
        CustomerWords("C-1002", "Fairfield Wholesale", "Wholesale", "North", 45, 1180, 11),
        CustomerWords("C-1009", "Ostrava Table Supply", "Wholesale", "East", 45, 905, 9),
        CustomerWords("C-1015", "Pier Nine Restaurants", "Catering", "North", 30, 640, 9),
        CustomerWords("C-1031", "Saint Brigid Hospitals", "Hospital", "North", 60, 720, 8),
        CustomerWords("C-1047", "Tidewater Hotels", "Hotel", "North", 30, 585, 8),
        CustomerWords("C-1058", "Willow Care Homes", "Public", "North", 60, 510, 8),
        CustomerWords("C-1066", "Corner Pantry", "Retail", "West", 30, 420, 7),
        CustomerWords("C-1071", "Bluegate Cafés", "Catering", "West", 0, 60, 3),
    ),
    "priya.raman": (
        CustomerWords("C-1030", "Halden Bakeries", "Manufacturer", "East", 30, 1319, 5),
        CustomerWords("C-1027", "Orrin Foods", "Wholesale", "East", 45, 1255, 12),
        CustomerWords("C-1052", "Civic Canteens", "Public", "South", 60, 1107, 9),
        CustomerWords("C-1044", "Lakeside Clinics", "Hospital", "South", 60, 921, 8),
        CustomerWords("C-1013", "Marlow Kitchens", "Catering", "South", 30, 690, 9),
        CustomerWords("C-1033", "Sable and Stone Hotels", "Hotel", "South", 30, 560, 9),
        CustomerWords("C-1055", "Ravenhill Schools", "Public", "East", 60, 410, 8),
        CustomerWords("C-1079", "Tannery Row Deli", "Retail", "East", 30, 230, 6),
    ),
    "nadia.haddad": (
        CustomerWords("C-1006", "Meridian Wholesale", "Wholesale", "West", 45, 1240, 13),
        CustomerWords("C-1021", "Oakline Supermarkets", "Retail", "West", 30, 1105, 12),
        CustomerWords("C-1038", "Vista Grande Hotels", "Hotel", "West", 30, 740, 9),
        CustomerWords("C-1049", "University Dining West", "Public", "West", 60, 580, 9),
        CustomerWords("C-1068", "Little Fig Catering", "Catering", "West", 30, 420, 7),
    ),
    "luca.ferrari": (
        CustomerWords("C-1003", "Adriatica Distribution", "Wholesale", "South", 45, 1410, 13),
        CustomerWords("C-1016", "Bellmarket Stores", "Retail", "South", 30, 1120, 11),
        CustomerWords("C-1025", "Monte Rosa Hotels", "Hotel", "South", 30, 830, 8),
        CustomerWords("C-1035", "Santa Chiara Hospital", "Hospital", "South", 60, 690, 7),
        CustomerWords("C-1042", "Trattoria Group South", "Catering", "South", 30, 610, 7),
        CustomerWords("C-1075", "Kestrel Inns", "Hotel", "South", 30, 539, 7),
        CustomerWords("C-1053", "Valley School Meals", "Public", "South", 60, 450, 6),
        CustomerWords("C-1082", "Piazza Bakery Works", "Manufacturer", "South", 30, 330, 5),
        CustomerWords("C-1018", "Montclair Deli", "Retail", "West", 0, 85, 3),
    ),
    "jonas.lindqvist": (
        CustomerWords("C-1005", "Baltic Provision", "Wholesale", "East", 45, 1290, 13),
        CustomerWords("C-1012", "Kronberg Markets", "Retail", "East", 30, 980, 11),
        CustomerWords("C-1022", "Skyline Catering", "Catering", "East", 30, 760, 9),
        CustomerWords("C-1007", "Eastgate Markets", "Retail", "East", 30, 655, 8),
        CustomerWords("C-1029", "Amber Coast Hotels", "Hotel", "East", 30, 610, 8),
        CustomerWords("C-1041", "Elm Park Clinics", "Hospital", "East", 60, 570, 8),
        CustomerWords("C-1057", "Municipal Kitchens East", "Public", "East", 60, 520, 8),
        CustomerWords("C-1088", "Fjordline Ferries", "Travel", "North", 45, 412, 6),
        CustomerWords("C-1063", "Rye and Barley Bakers", "Manufacturer", "East", 30, 390, 7),
        CustomerWords("C-1091", "Station Buffet", "Travel", "East", 0, 55, 4),
    ),
    "sofia.brandt": (
        CustomerWords("C-1008", "Rheinland Gastro", "Wholesale", "West", 45, 1330, 14),
        CustomerWords("C-1014", "Greenway Stores", "Retail", "West", 30, 1085, 12),
        CustomerWords("C-1026", "Summit Hotels", "Hotel", "South", 30, 820, 11),
        CustomerWords("C-1034", "Bridge Street Catering", "Catering", "West", 30, 700, 10),
        CustomerWords("C-1046", "Holm Hospital Trust", "Hospital", "West", 60, 640, 10),
        CustomerWords("C-1060", "Parkside Colleges", "Public", "West", 60, 560, 10),
        CustomerWords("C-1073", "Airfield Lounges", "Travel", "West", 45, 460, 9),
        CustomerWords("C-1085", "Copper Kettle", "Catering", "West", 0, 70, 4),
    ),
    "tom.whitaker": (
        CustomerWords("C-1010", "Northern Pantry", "Wholesale", "North", 45, 1420, 17),
        CustomerWords("C-1017", "Hillcrest Grocers", "Retail", "North", 30, 1130, 14),
        CustomerWords("C-1032", "Seaview Resorts", "Hotel", "North", 30, 860, 12),
        CustomerWords("C-1050", "Ferry Lane Catering", "Catering", "North", 30, 660, 11),
        CustomerWords("C-1077", "Abbey Road Schools", "Public", "North", 60, 510, 10),
    ),
}
INACTIVE_CUSTOMERS = frozenset({"C-1018", "C-1071", "C-1085", "C-1091"})
TERRITORIES = {
    "North": ("Hamburg", "Kiel", "Bremen"),
    "South": ("Munich", "Stuttgart", "Nuremberg"),
    "East": ("Berlin", "Leipzig", "Dresden"),
    "West": ("Cologne", "Dortmund", "Frankfurt"),
}
