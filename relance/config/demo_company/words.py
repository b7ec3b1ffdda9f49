"""Names, places and prices of the demo company's world. Phone numbers are from the ranges kept for fiction."""

from __future__ import annotations

from typing import NamedTuple

FIRST_NAMES = (
    "Adèle", "Adrien", "Agathe", "Alexis", "Amandine", "Anaïs", "André", "Antoine", "Arnaud", "Aurélie", "Axel",
    "Baptiste", "Béatrice", "Benoît", "Camille", "Caroline", "Cécile", "Cédric", "Céline", "Charlotte", "Christophe",
    "Claire", "Clément", "Corinne", "Damien", "David", "Delphine", "Denis", "Élise", "Élodie", "Émilie", "Éric",
    "Estelle", "Étienne", "Fabien", "Fanny", "Fatima", "Florence", "François", "Frédéric", "Gaëlle", "Georges",
    "Guillaume", "Hélène", "Henri", "Hugo", "Inès", "Isabelle", "Jacques", "Jean-Marc", "Jérôme", "Joëlle", "Julien",
    "Karim", "Laëtitia", "Laure", "Léa", "Loïc", "Louis", "Lucie", "Maëlle", "Manon", "Marc", "Marie", "Mathilde",
    "Maxime", "Mehdi", "Mélanie", "Nadia", "Nathalie", "Nicolas", "Noémie", "Océane", "Olivier", "Pascal", "Patricia",
    "Paul", "Pauline", "Philippe", "Quentin", "Rachid", "Raphaël", "Romain", "Sabrina", "Samuel", "Sandrine", "Sarah",
    "Sébastien", "Sophie", "Stéphane", "Sylvain", "Thibault", "Thomas", "Valérie", "Véronique", "Victor", "Vincent",
    "Virginie", "Yann", "Zoé",
)  # fmt: skip
LAST_NAMES = (
    "Allard", "Arnoux", "Aubert", "Bailly", "Barbier", "Benali", "Berger", "Bertin", "Besson", "Blanchard", "Bonnet",
    "Boucher", "Boulanger", "Bourgeois", "Breton", "Brun", "Caron", "Carpentier", "Chauvin", "Chevalier", "Colin",
    "Collet", "Cordier", "Cousin", "Daniel", "Delattre", "Delmas", "Deschamps", "Diallo", "Dubois", "Dufour", "Dumas",
    "Dupuis", "Durand", "Fabre", "Faure", "Ferrand", "Fleury", "Fontaine", "Fournier", "Gaillard", "Garnier",
    "Gauthier", "Gérard", "Gilbert", "Girard", "Guérin", "Guillot", "Hamel", "Hardy", "Henry", "Hervé", "Hubert",
    "Jacquet", "Joly", "Lambert", "Langlois", "Laurent", "Leblanc", "Leclerc", "Lefèvre", "Legrand", "Lemaire",
    "Lemoine", "Leroux", "Le Goff", "Mallet", "Marchand", "Maréchal", "Masson", "Mathieu", "Mercier", "Meunier",
    "Meyer", "Monnier", "Moreau", "Morel", "Morvan", "Nguyen", "Noël", "Olivier", "Ouali", "Paris", "Perrin", "Picard",
    "Poirier", "Prévost", "Renard", "Renaud", "Richard", "Rivière", "Robin", "Rolland", "Roussel", "Roux", "Royer",
    "Sanchez", "Schmitt", "Tessier", "Vasseur", "Vidal", "Weber",
)  # fmt: skip


class City(NamedTuple):
    """A city and the first digits of its made-up phone numbers."""

    name: str
    dialling: str


CITIES = tuple(
    City(name, dialling)
    for dialling, names in {
        "01 99 00": ("Paris", "Boulogne-Billancourt", "Nanterre", "Saint-Denis", "Versailles", "Évry-Courcouronnes"),
        "02 61 91": ("Nantes", "Rennes", "Brest", "Angers", "Le Mans", "Tours", "Rouen", "Caen", "Quimper", "Lorient"),
        "03 53 01": ("Lille", "Strasbourg", "Reims", "Dijon", "Metz", "Nancy", "Mulhouse", "Besançon", "Amiens"),
        "04 65 71": ("Lyon", "Marseille", "Grenoble", "Saint-Étienne", "Nice", "Montpellier", "Annecy", "Avignon"),
        "05 36 49": ("Bordeaux", "Toulouse", "Pau", "Limoges", "La Rochelle", "Bayonne", "Poitiers", "Agen"),
    }.items()
    for name in names
)
MOBILE = "06 39 98"


class Trade(NamedTuple):
    """An industry, how companies of it are called ({} is a family name or a place), and how many people they employ."""

    industry: str
    names: tuple[str, ...]
    smallest: int
    largest: int


TRADES = (
    Trade("Menuiserie", ("Menuiserie {}", "{} Bois", "Charpentes {}"), 4, 60),
    Trade("Transport et logistique", ("Transports {}", "{} Logistique", "Messageries {}"), 20, 600),
    Trade("Agroalimentaire", ("Conserverie {}", "Biscuiterie {}", "Laiterie {}", "Domaine {}"), 8, 400),
    Trade("Distribution", ("Établissements {}", "{} Distribution", "Comptoir {}"), 10, 350),
    Trade("Industrie", ("Ateliers {}", "Fonderie {}", "{} Mécanique", "Plasturgie {}"), 15, 800),
    Trade("Bâtiment", ("{} Constructions", "Maçonnerie {}", "Couverture {}"), 5, 220),
    Trade("Santé", ("Clinique {}", "Laboratoires {}", "Résidence {}"), 25, 500),
    Trade("Hôtellerie", ("Hôtel {}", "Camping {}", "Auberge {}"), 3, 90),
    Trade("Immobilier", ("Foncière {}", "Régie {}", "{} Patrimoine"), 4, 120),
    Trade("Agriculture", ("Coopérative {}", "Serres {}", "Vignobles {}"), 6, 180),
    Trade("Enseignement", ("Institut {}", "Lycée {}", "École {}"), 20, 250),
    Trade("Services", ("Cabinet {}", "{} Conseil", "Groupe {}"), 5, 1200),
)


class Product(NamedTuple):
    """What the company sells, and within which prices in euros."""

    name: str
    cheapest: int
    dearest: int


PRODUCTS = (
    Product("Centrale photovoltaïque en toiture", 18_000, 340_000),
    Product("Ombrières de parking", 90_000, 780_000),
    Product("Audit énergétique", 1_800, 14_000),
    Product("Contrat de maintenance", 900, 22_000),
    Product("Bornes de recharge", 4_500, 96_000),
    Product("Rénovation de l’éclairage", 3_200, 75_000),
    Product("Pompe à chaleur", 12_000, 160_000),
    Product("Batteries de stockage", 15_000, 240_000),
    Product("Supervision des consommations", 2_400, 38_000),
)
SOURCES = (
    "Salon BePOSITIVE", "Site web", "Recommandation d’un client", "Appel entrant", "Campagne e-mail", "Webinaire",
    "Partenaire installateur", "Réponse à un appel d’offres",
)  # fmt: skip
POSITIONS = (
    "Direction générale", "Gérance", "Responsable technique", "Responsable des achats", "Direction financière",
    "Responsable maintenance", "Responsable de projet énergie", "Direction de site", "Secrétariat général",
    "Responsable RSE", "Responsable d’atelier", "Services généraux",
)  # fmt: skip
