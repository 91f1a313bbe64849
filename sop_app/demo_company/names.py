"""The words of the demo company: its own name and what its products are called and cost."""

from typing import NamedTuple

COMPANY_NAME = "Orchard Foods"
MAIL_DOMAIN = "orchardfoods.example"


class ProductGroupWords(NamedTuple):
    """A product group: its path in the category tree and the items in it.

    ``items`` holds (SKU, name, list price in EUR per case, appeal). Appeal says how much of a
    customer's money the item draws: 6 for the staples, 3 for ordinary items, 1 for the niche.
    """

    category: str
    family: str
    group: str
    location: str
    items: tuple[tuple[str, str, str, int], ...]


PRODUCT_GROUPS = (
    ProductGroupWords(
        "Ambient",
        "Oils and vinegars",
        "Olive oil",
        "Valencia",
        (
            ("OLV-1005", "Extra virgin olive oil 5 L", "46.20", 6),
            ("OLV-1001", "Extra virgin olive oil 12 x 1 L", "108.00", 3),
            ("OLV-1010", "Olive pomace oil 10 L", "58.40", 3),
            ("OLV-1020", "Organic olive oil 3 L", "41.50", 3),
            ("OLV-1031", "Truffle olive oil 6 x 250 ml", "96.00", 1),
            ("OLV-1032", "Lemon olive oil 6 x 250 ml", "64.80", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Oils and vinegars",
        "Seed oil",
        "Rotterdam",
        (
            ("SUN-1205", "Sunflower oil 10 L", "21.90", 3),
            ("SUN-1210", "High oleic frying oil 15 L", "38.70", 3),
            ("RAP-1305", "Rapeseed oil 10 L", "20.40", 3),
            ("SES-1402", "Toasted sesame oil 6 x 500 ml", "39.60", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Oils and vinegars",
        "Vinegar",
        "Parma",
        (
            ("VIN-1505", "Balsamic vinegar 5 L", "24.60", 3),
            ("VIN-1510", "White wine vinegar 5 L", "9.80", 3),
            ("VIN-1515", "Red wine vinegar 5 L", "10.10", 3),
            ("VIN-1531", "Sherry vinegar 6 x 500 ml", "44.40", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Canned and dry",
        "Tomatoes",
        "Parma",
        (
            ("TOM-2402", "Peeled tomatoes 2.5 kg", "8.70", 6),
            ("TOM-2404", "Chopped tomatoes 2.5 kg", "8.20", 3),
            ("TOM-2410", "Tomato passata 12 x 700 g", "16.80", 3),
            ("TOM-2415", "Double tomato paste 4.5 kg", "17.40", 3),
            ("TOM-2420", "Pizza sauce 4 kg", "11.90", 3),
            ("TOM-2431", "Sun-dried tomatoes in oil 1.5 kg", "33.50", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Canned and dry",
        "Pasta",
        "Parma",
        (
            ("PAS-3101", "Penne rigate 5 kg", "11.40", 6),
            ("PAS-3102", "Spaghetti 5 kg", "11.20", 3),
            ("PAS-3104", "Fusilli 5 kg", "11.40", 3),
            ("PAS-3106", "Lasagne sheets 5 kg", "14.90", 3),
            ("PAS-3110", "Wholewheat penne 5 kg", "12.80", 3),
            ("PAS-3120", "Gluten-free fusilli 3 kg", "19.60", 1),
            ("PAS-3131", "Egg tagliatelle 4 x 1 kg", "26.40", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Canned and dry",
        "Rice and grains",
        "Rotterdam",
        (
            ("RIC-4110", "Basmati rice 10 kg", "19.80", 6),
            ("RIC-4112", "Long grain rice 10 kg", "14.20", 3),
            ("RIC-4115", "Risotto rice 5 kg", "15.70", 3),
            ("RIC-4120", "Couscous 5 kg", "10.90", 3),
            ("RIC-4125", "Bulgur 5 kg", "10.30", 3),
            ("RIC-4131", "Black quinoa 3 kg", "36.90", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Canned and dry",
        "Pulses",
        "Valencia",
        (
            ("CHK-5203", "Chickpeas 2.5 kg", "6.90", 6),
            ("CHK-5205", "Red kidney beans 2.5 kg", "6.70", 3),
            ("CHK-5207", "White beans 2.5 kg", "6.80", 3),
            ("CHK-5210", "Red lentils 5 kg", "13.10", 3),
            ("CHK-5212", "Green lentils 5 kg", "13.60", 3),
            ("CHK-5231", "Beluga lentils 2 kg", "17.80", 1),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Canned and dry",
        "Baking and canned fish",
        "Rotterdam",
        (
            ("FLR-5310", "Wheat flour type 00 25 kg", "22.30", 3),
            ("FLR-5312", "Bread flour 25 kg", "19.70", 3),
            ("FLR-5320", "White sugar 25 kg", "24.80", 3),
            ("TUN-5401", "Tuna chunks in brine 6 x 1.7 kg", "68.40", 3),
            ("TUN-5405", "Tuna in olive oil 6 x 900 g", "57.60", 3),
            ("TUN-5431", "Anchovy fillets 12 x 100 g", "46.80", 1),
            ("SAF-5490", "Saffron threads 10 x 5 g", "189.00", 1),
        ),
    ),
    ProductGroupWords(
        "Chilled",
        "Dairy",
        "Cheese",
        "Kiel",
        (
            ("MOZ-6301", "Mozzarella block 2.5 kg", "17.90", 6),
            ("MOZ-6305", "Grated mozzarella 6 x 2 kg", "86.40", 3),
            ("MOZ-6310", "Cheddar block 5 kg", "38.50", 3),
            ("MOZ-6312", "Gouda slices 10 x 500 g", "42.90", 3),
            ("MOZ-6315", "Grana wheel quarter 9 kg", "124.00", 3),
            ("MOZ-6320", "Cream cheese 10 x 2 kg", "97.00", 3),
            ("MOZ-6325", "Feta in brine 4 kg", "31.80", 3),
            ("MOZ-6331", "Gorgonzola wedge 6 x 1.5 kg", "88.20", 1),
        ),
    ),
    ProductGroupWords(
        "Chilled",
        "Dairy",
        "Butter and fats",
        "Kiel",
        (
            ("BUT-6405", "Unsalted butter 10 kg", "73.00", 6),
            ("BUT-6407", "Salted butter portions 500 x 10 g", "47.50", 3),
            ("BUT-6410", "Clarified butter 5 kg", "51.20", 3),
            ("BUT-6415", "Vegetable margarine 10 kg", "29.40", 3),
        ),
    ),
    ProductGroupWords(
        "Chilled",
        "Dairy",
        "Milk and cream",
        "Kiel",
        (
            ("MLK-6501", "Whole milk UHT 12 x 1 L", "13.20", 3),
            ("MLK-6503", "Semi-skimmed milk UHT 12 x 1 L", "12.60", 3),
            ("MLK-6505", "Whipping cream 12 x 1 L", "44.60", 3),
            ("MLK-6510", "Crème fraîche 5 kg", "27.30", 3),
            ("MLK-6515", "Natural yoghurt 10 kg", "22.80", 3),
            ("MLK-6520", "Oat drink barista 12 x 1 L", "19.80", 3),
            ("MLK-6531", "Buffalo ricotta 8 x 500 g", "38.40", 1),
        ),
    ),
    ProductGroupWords(
        "Chilled",
        "Meat and fish",
        "Poultry",
        "Kiel",
        (
            ("CHI-8204", "Chicken breast 5 kg", "34.20", 6),
            ("CHI-8206", "Chicken thighs 5 kg", "27.80", 3),
            ("CHI-8208", "Whole chicken 10 x 1.2 kg", "46.90", 3),
            ("CHI-8212", "Turkey breast 5 kg", "42.60", 3),
            ("CHI-8231", "Duck legs confit 3 kg", "49.80", 1),
        ),
    ),
    ProductGroupWords(
        "Chilled",
        "Meat and fish",
        "Beef and pork",
        "Kiel",
        (
            ("BEE-8101", "Minced beef 5 kg", "41.30", 3),
            ("BEE-8105", "Beef burgers 48 x 150 g", "63.40", 3),
            ("BEE-8110", "Beef goulash 5 kg", "52.70", 3),
            ("POR-8151", "Pork loin 5 kg", "36.20", 3),
            ("POR-8155", "Bratwurst 60 x 100 g", "39.90", 3),
            ("POR-8160", "Cooked ham 4 kg", "33.60", 3),
            ("BEE-8131", "Veal cheeks 3 kg", "71.40", 1),
        ),
    ),
    ProductGroupWords(
        "Chilled",
        "Meat and fish",
        "Fish",
        "Rotterdam",
        (
            ("SAL-8301", "Salmon fillet 1 kg", "21.90", 6),
            ("SAL-8303", "Smoked salmon 5 x 1 kg", "112.00", 3),
            ("COD-8310", "Cod loins 5 kg", "78.50", 3),
            ("COD-8315", "Breaded pollock 6 kg", "44.10", 3),
            ("SHR-8320", "King prawns 10 x 1 kg", "134.00", 3),
            ("SHR-8331", "Lobster tails 2 kg", "118.00", 1),
        ),
    ),
    ProductGroupWords(
        "Frozen",
        "Frozen",
        "Vegetables",
        "Rotterdam",
        (
            ("FRZ-7102", "Frozen peas 2.5 kg", "7.20", 6),
            ("FRZ-7110", "Sweet corn 2.5 kg", "7.60", 6),
            ("FRZ-7112", "Leaf spinach 2.5 kg", "6.90", 3),
            ("FRZ-7114", "Broccoli florets 2.5 kg", "8.10", 3),
            ("FRZ-7116", "Green beans 2.5 kg", "7.40", 3),
            ("FRZ-7118", "Mixed vegetables 2.5 kg", "6.80", 3),
            ("FRZ-7131", "Artichoke hearts 1 kg", "12.60", 1),
        ),
    ),
    ProductGroupWords(
        "Frozen",
        "Frozen",
        "Potatoes and snacks",
        "Rotterdam",
        (
            ("POT-7201", "French fries 9 mm 10 kg", "18.40", 3),
            ("POT-7203", "Steakhouse fries 10 kg", "19.20", 3),
            ("POT-7205", "Potato wedges 10 kg", "19.60", 3),
            ("POT-7210", "Rösti 4 x 2.5 kg", "24.70", 3),
            ("SNK-7220", "Vegetable spring rolls 5 kg", "32.80", 3),
            ("SNK-7225", "Falafel 4 x 1 kg", "23.40", 3),
            ("SNK-7231", "Mini quiche selection 96 pieces", "58.00", 1),
        ),
    ),
    ProductGroupWords(
        "Frozen",
        "Frozen",
        "Ice cream",
        "Kiel",
        (
            ("ICE-7301", "Vanilla ice cream 4 x 5 L", "41.60", 3),
            ("ICE-7303", "Chocolate ice cream 4 x 5 L", "42.80", 3),
            ("ICE-7305", "Lemon sorbet 4 x 2.5 L", "36.40", 3),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Beverages",
        "Water and juice",
        "Valencia",
        (
            ("WAT-9101", "Still water 12 x 1 L", "6.40", 3),
            ("WAT-9103", "Sparkling water 12 x 1 L", "6.60", 3),
            ("JUI-9110", "Orange juice 12 x 1 L", "21.80", 3),
            ("JUI-9112", "Apple juice 12 x 1 L", "16.90", 3),
            ("JUI-9115", "Elderflower lemonade 24 x 330 ml", "27.60", 3),
            ("JUI-9117", "Iced tea peach 24 x 330 ml", "18.90", 3),
        ),
    ),
    ProductGroupWords(
        "Ambient",
        "Beverages",
        "Coffee and tea",
        "Rotterdam",
        (
            ("COF-9201", "Espresso beans 8 x 1 kg", "104.00", 3),
            ("COF-9203", "Filter coffee 12 x 500 g", "66.00", 3),
            ("COF-9205", "Decaffeinated espresso 8 x 1 kg", "109.00", 3),
            ("TEA-9210", "Black tea 6 x 100 bags", "28.50", 3),
            ("TEA-9231", "Matcha powder 6 x 100 g", "92.00", 1),
        ),
    ),
    ProductGroupWords(
        "Frozen",
        "Desserts and bakery",
        "Cakes and bread",
        "Kiel",
        (
            ("CAK-9301", "Apple strudel 10 x 1 kg", "47.20", 3),
            ("CAK-9303", "Chocolate tart 8 x 1.2 kg", "66.40", 3),
            ("CAK-9305", "Cheesecake 6 x 1.8 kg", "61.80", 3),
            ("CAK-9310", "Christmas stollen 12 x 1 kg", "58.80", 3),
            ("BRD-9320", "Butter croissants 80 x 70 g", "29.60", 3),
            ("BRD-9322", "Part-baked baguettes 30 x 280 g", "21.40", 3),
            ("BRD-9325", "Burger buns 48 x 80 g", "17.90", 3),
            ("BRD-9327", "Ciabatta rolls 60 x 90 g", "19.40", 3),
            ("CAK-9331", "Petits fours 120 pieces", "74.00", 1),
        ),
    ),
)
