"""What the people of the demo company write in their activities.

In the templates, {company}, {contact}, {product}, {city} and {amount} are those of the activity's elements.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Script(NamedTuple):
    """How activities of one type are worded: subjects, first and second sentences of descriptions, endings."""

    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]
    # Outcome → notes left on completing.
    notes: dict[str, tuple[str, ...]]


CALL = Script(
    (
        "Relancer {contact} sur le devis « {product} »",
        "Appeler {contact} : date de décision",
        "Prendre des nouvelles de {company}",
        "Rappeler {contact} après la visite",
        "Qualifier le besoin de {company}",
        "Confirmer la visite technique chez {company}",
        "Faire le point : {product}",
        "Débloquer la signature avec {contact}",
        "Appel de satisfaction après la mise en service",
    ),
    (
        "Le devis de {amount} est parti la semaine dernière, pas de retour depuis.",
        "{contact} devait en parler à son comité de direction lundi.",
        "Le client hésite entre l’achat et la location ; rappeler les deux simulations.",
        "Vérifier qui décide : {contact} prépare le dossier, la direction signe.",
        "Ils comparent avec un installateur de {city} ; insister sur la garantie de production.",
        "La facture d’électricité des douze derniers mois n’est toujours pas arrivée.",
        "Demander la puissance souscrite et la surface de toiture exploitable.",
    ),
    (
        "De préférence le matin, avant 10 h.",
        "Ne pas promettre de délai de raccordement avant la réponse d’Enedis.",
        "Si pas de réponse, laisser un message et envoyer un e-mail dans la foulée.",
        "Proposer une visite sur site la semaine suivante.",
        "Remise possible jusqu’à 3 %, pas au-delà sans validation.",
        "",
    ),
    {
        "reached": (
            "Décision attendue en fin de mois, budget confirmé.",
            "{contact} valide le principe, il attend la version révisée du devis.",
            "Bon échange. Le projet passe en comité la semaine prochaine.",
            "Intéressé par la maintenance en plus ; à chiffrer.",
            "Pas prioritaire avant le prochain exercice.",
        ),
        "no_answer": ("Pas de réponse, deux essais.", "Standard fermé.", ""),
        "left_message": ("Message laissé à l’accueil.", "Message laissé sur le portable.", ""),
        "call_back": ("En réunion, demande à être rappelé jeudi.", "En congé jusqu’à la fin de la semaine."),
    },
)
MEETING = Script(
    (
        "Visite technique chez {company}",
        "Présentation de l’offre à {company}",
        "Point d’avancement : {product}",
        "Rendez-vous avec {contact}",
        "Réunion de lancement du chantier",
        "Négociation finale avec {contact}",
        "Démonstration de la supervision",
        "Revue annuelle du contrat avec {company}",
    ),
    (
        "Prévoir l’accès à la toiture et les plans de charpente.",
        "Ordre du jour : étude de production, financement, calendrier des travaux.",
        "Présents côté client : {contact} et le responsable du site de {city}.",
        "Apporter la simulation sur 20 ans et deux références du même secteur.",
        "Le client veut comparer le scénario d’autoconsommation et la vente totale.",
        "Faire signer le procès-verbal de réception et présenter l’équipe de maintenance.",
    ),
    (
        "Compter 45 minutes de route depuis la gare.",
        "Équipements de protection obligatoires sur site.",
        "Lien de visioconférence dans l’invitation.",
        "Envoyer le compte rendu le jour même.",
        "",
    ),
    {
        "held": (
            "Toiture conforme, 420 m² exploitables au sud.",
            "Le client veut une variante sans batteries.",
            "Très bon accueil ; prochaine étape : devis définitif.",
            "Compte rendu envoyé, trois points à lever avant signature.",
            "Réserve sur le calendrier : pas de travaux pendant les fêtes.",
        ),
        "moved": ("Reportée à la demande du client.", "Nouvelle date à convenir avec l’assistante."),
        "no_show": ("Personne sur place, message laissé.", ""),
    },
)
EMAIL = Script(
    (
        "Envoyer le devis « {product} »",
        "Envoyer la plaquette à {contact}",
        "Répondre à la question de {contact} sur les aides",
        "Transmettre l’étude de production à {company}",
        "Relance écrite : devis sans réponse",
        "Confirmer les dates de travaux à {company}",
        "Demander les factures d’énergie à {company}",
        "Envoyer les références clients du secteur",
    ),
    (
        "Reprendre le modèle « étude standard » et joindre la fiche du module.",
        "Mettre la comptabilité en copie, le bon de commande part chez eux.",
        "Rappeler que la prime à l’autoconsommation baisse au prochain trimestre.",
        "Version révisée à {amount}, hors raccordement.",
        "Préciser les délais : étude 2 semaines, autorisations 2 mois, travaux 10 jours.",
    ),
    (
        "Joindre le plan d’implantation.",
        "Demander une réponse avant la fin du mois.",
        "Proposer deux créneaux d’appel.",
        "",
    ),
    {
        "sent": ("Parti avec les pièces jointes.", "Envoyé, accusé de lecture reçu.", ""),
        "answered": ("{contact} accepte le calendrier.", "Réponse reçue : ils attendent l’accord de la banque."),
        "dropped": ("Réglé par téléphone.", "Doublon."),
    },
)
TASK = Script(
    (
        "Préparer le devis « {product} »",
        "Chiffrer la variante demandée par {company}",
        "Monter le dossier de raccordement de {company}",
        "Mettre à jour l’étude de production",
        "Commander les modules pour {company}",
        "Planifier l’équipe de pose à {city}",
        "Vérifier l’encours de {company}",
        "Préparer la réponse à l’appel d’offres",
        "Ouvrir le dossier d’aide régionale",
    ),
    (
        "Base : {amount}, marge à garder au-dessus de 22 %.",
        "Il manque le relevé de masque et le certificat de conformité.",
        "Le bureau d’études attend la note de charge de la charpente.",
        "Partir du dossier de l’année dernière, seule la puissance change.",
        "Voir avec le fournisseur s’il tient le prix jusqu’à la fin du trimestre.",
        "Le client paie à 60 jours : vérifier l’assurance-crédit avant de commander.",
    ),
    (
        "À relire par le bureau d’études avant envoi.",
        "Ranger le dossier final dans l’affaire.",
        "Prévenir {contact} une fois fait.",
        "",
    ),
    {
        "done": (
            "Fait, dossier complet.",
            "Chiffré avec deux variantes.",
            "Commande passée, livraison sous 15 jours.",
            "",
        ),
        "dropped": ("Plus nécessaire, le client a changé de projet.", ""),
    },
)
TO_DO = Script(
    (
        "Remercier {contact} pour la recommandation",
        "Vérifier les coordonnées de {company}",
        "Relire le compte rendu de visite",
        "Trouver le bon interlocuteur chez {company}",
        "Noter la date de fin du contrat actuel",
        "Surveiller la publication de l’appel d’offres",
        "Préparer l’argumentaire « {product} »",
        "Inviter {contact} au petit déjeuner énergie",
    ),
    (
        "Vu au salon, bon contact, à ne pas laisser refroidir.",
        "L’ancien interlocuteur a quitté la société.",
        "Le contrat en cours se termine au printemps, préavis de trois mois.",
        "Plusieurs sites possibles : {city} d’abord, les autres ensuite.",
        "{company} vient d’annoncer une extension : nouveau besoin probable.",
    ),
    ("Mettre la fiche à jour ensuite.", "En parler à la réunion du lundi.", ""),
    {"done": ("Fait.", "Fiche mise à jour.", ""), "dropped": ("Sans objet.", "")},
)
DOCUMENT = Script(
    (
        "Valider le devis « {product} » de {company}",
        "Valider les conditions de paiement de {company}",
        "Relire le contrat de maintenance de {company}",
        "Approuver la remise exceptionnelle",
        "Valider le procès-verbal de réception",
        "Approuver le plan de prévention du chantier",
    ),
    (
        "Montant : {amount}. Remise demandée au-dessus du barème.",
        "Le client demande un paiement en trois fois sans frais.",
        "Clause de garantie modifiée à l’article 7, à faire relire.",
        "Version signée par {contact}, il manque notre visa.",
        "Écart de 4 % avec le premier chiffrage, expliqué en page 3.",
    ),
    ("Réponse attendue avant l’envoi au client.", "Voir les remarques du bureau d’études.", ""),
    {
        "approved": ("Bon pour envoi.", "Validé avec une réserve sur le délai.", ""),
        "refused": ("Remise trop forte, revenir à 5 %.", "Il manque l’attestation d’assurance."),
    },
)
SCRIPTS = {"call": CALL, "meeting": MEETING, "email": EMAIL, "task": TASK, "todo": TO_DO, "document": DOCUMENT}

# What comes in and waits: subject, description.
INCOMING_CALLS = (
    ("Appel manqué de {contact}", "Message : souhaite parler du devis, rappeler dans la journée."),
    ("Appel manqué de {company}", "Pas de message."),
    ("Appel reçu par le standard : {contact}", "Question sur la date des travaux."),
    ("Appel manqué de {contact}", "Message : l’onduleur affiche un défaut depuis ce matin."),
)
INCOMING_EMAILS = (
    (
        "Demande de devis de {company}",
        "Bonjour, nous aimerions un chiffrage pour notre site de {city}. Bien cordialement.",
    ),
    (
        "RE: {product}",
        "Bonjour, votre proposition nous convient. Pouvez-vous avancer la date de pose ? Merci d’avance.",
    ),
    (
        "Question de {contact} sur la facture",
        "Bonjour, le montant ne correspond pas au bon de commande. Merci de vérifier.",
    ),
    (
        "{company} : pièces manquantes",
        "Vous trouverez ci-joint les plans de toiture. Il nous manque encore l’attestation.",
    ),
)
PLACES = (
    "Visioconférence",
    "Nos bureaux, salle Soleil",
    "Sur site, {city}",
    "{company}, {city}",
    "Salon BePOSITIVE, Lyon",
)

_BEFORE_A_VOWEL = re.compile(r"\b([Dd])e (?=[AÀÂEÉÈÊIÎOÔUH])")


def elided(text: str) -> str:
    """French with its elisions, where a name was filled in: "de Angers" is "d’Angers"."""
    return _BEFORE_A_VOWEL.sub(r"\1’", text)
