"""The vocabulary of the French rules, and what takes a request back.

There every verb of sending reads `envoyer` whatever its form, every verb of taking off a list
`enlever`, every kind of text `messages`; articles and possessives read `l`, `de` and `du` `d`, the
first person `m`, "pu" `plus`. Courtesy is gone.
"""

import re
from typing import Final

from stopline.core.recognition.rules import RuleMaker

VOCABULARY: Final = {
    "send": "envoyer ecrire",
    "write": "ecrire",
    "goods": "(?:(?:d|l|un|une|aucun|aucune)_)*(?:factures?|papier|colis|recus?|livreur|livraison|"
    "commandes?|technicien|argent|fleurs|courrier|lait|pain|viande|boites?|releves?|cheques?|"
    "catalogues?)",
    "texts": "messages",
    "any_texts": "messages choses",
    "cl": "m l en y te vous lui",
    "the": "l d tous toutes tout toute aucun aucune a aux ca autre autres un une vos ces avec "
    "maudits maudites sacres par genre type sorte de quoi que ce soit vous",
    "never": "plus jamais pas rien",
    "end": ". , ? et ni mais qu parce car c j m nous si en_tout ici a_l_numero sur_l_numero "
    "au_travail "
    "ailleurs d_tout d_nouveau chez a_ce donc encore svp s_il d_tout non avec_ca la_dessus "
    "comme_ca par_messages "
    "arreter enlever a_l_avenir l_numero",
    "item": "d l un une tard tot vite avant apres demain aujourd au lui leur les que qu par",
    "list": "liste messages numero ca abonnement la toute",
    "polite": "non bon ah ca",
}

RULE: Final = RuleMaker("fr", VOCABULARY).rule

NEGATED: Final = re.compile(
    r"\b(?:ne|n|pas|jamais|sans|rien|surtout)(?: (?:m|l|d|j|demande|en|y|veux|vous|qu|tu|dit|"
    r"voulais"
    r"|surtout|faut|va|encore|capable|arrive|a|pas|seulement))* $"
)
PAST: Final = re.compile(
    r"\b(?:ai|as|a|avais|avait|ont|avons|avez|est|ete|quand)(?: (?:ete|l|tout))? $"
)
IF: Final = re.compile(
    r"\bsi (?!(?:\w+ )?(?:veuillez|possible)\b)(?:\w+ ){0,5}$"
    r"|\b(?:quand|pourquoi|combien) (?:\w+ ){0,4}$"
)
SUBJECT: Final = re.compile(
    r"\b(?:il|elle|ils|elles|j|on|qui|lui)(?: (?:ne|m|l|nous|y|en|vous|lui|s|se))* $"
)
REPORTED: Final = re.compile(
    r"\b(?:repondre|repondu|repondez|dit|soeur|voisin|docteur|medecin|pere|fait|tape|ecrit)\b"
)
GUARDS: Final = (NEGATED, IF, SUBJECT, PAST)
