"""How people ask in French, in the notation of `patterns`, over folded words.

Apostrophes have become blanks: "n'envoyez" reads `n envoyez`.
"""

import re
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.rules import Grammar, Hints, RuleMaker

_VOCABULARY: Final = {
    "texts": "messages? textos? textes? sms alertes? notifications? promos? promotions? offres? "
    "pubs? publicites? rappels? avis infolettres? courriels? spams? communications? abonnement",
    "send": "envo[a-z]* ecri[a-z]* text[a-z]* contact[a-z]* harcel[a-z]* derang[a-z]* appel[a-z]* "
    "relanc[a-z]* sol+icit[a-z]* embet[a-z]* spam[a-z]*",
    "the": "de d les ces vos tous toutes toute tout l la le du des mes mon ce cette "
    "votre notre aux a ta tes "
    "aucun envoi",
    "polite": "svp merci s il vous plait stp bonjour non allo maintenant la ca tout donc",
    "list": "listes? base systeme envois? registres? fichiers?",
    "number": "numero nom cell[a-z]* telephone coordonnees",
    "quit": "arret[a-z]* cess[a-z]* stopper annul[a-z]* desabonn[a-z]* ne_plus",
    "remove": "retir[a-z]* enlev[a-z]* supprim[a-z]* effac[a-z]* ray[a-z]* ot[a-z]* sort[a-z]* "
    "desactiv[a-z]* radi[a-z]* elimin[a-z]*",
}

_rule = RuleMaker("fr", _VOCABULARY).rule

_GUARDS: Final = (
    re.compile(r"\b(?:ne|n|pas|sans|jamais|peux|peut)(?: \w+)? $"),
    re.compile(r"\b(?:si|quand|comment|pourquoi|combien|ou est)\b"),
    re.compile(r"\b(?:il|elle|ils|elles|lui|dis|dites|on|j|je)(?: \w+)? $"),
)

RULES: Final = (
    _rule(
        "ne-menvoyez-plus",
        """
        - n|ne *m|me|nous|pas|plus|jamais {send} *moi|nous|a_ce_numero|ce_numero|rien|numero|
          {the} plus|jamais|pas !tard|tot|vite|avant|apres|le|la|demain|aujourd
        - ne plus|pas|jamais *m|me|nous|a|mon|etre {send}
        - ne|n *m|me|nous {send} plus|jamais|pas|rien !tard|tot|vite|avant|apres|le|la|demain|
          aujourd
        """,
        0.9,
        (re.compile(r"\b(?:je|j|il|elle|on|qui|pourquoi|vous|tu)(?: ne| n)* $"),),
    ),
    _rule(
        "arretez-de",
        """
        - (?:arret|cess)[a-z]*|finissez *{the}|{polite}|avec|me|m|nous {send}|{texts}|ca|cela|
          tout
        - stop|non|assez les|ces|vos|aux|de|des {texts}
        - ca suffit ?avec les|ces|vos|de|tous {texts}
        - ^ *{polite} stop je|pas|mauvais|vous|c|ce|il|elle|j
        - ^ *{polite} arret|arretez|arreter|arrete|cessez *{polite} ;;
        """,
        0.9,
        _GUARDS,
    ),
    _rule(
        "raison-arretez",
        "- arretez|cessez|desabonnez|retirez|stop *{polite} ;;",
        0.7,
        (re.compile(r"\b(?:n|ne|pas|si|quand|vous|l|un|une|au|le|cet) $"),),
    ),
    _rule(
        "deja-dit",
        """
        - dit|demande|demander|repete|ecrit|envoye|tape ..3 d|de|stop|arret|arreter|arretez
          *stop|arreter|cesser|retirer|enlever|desabonner *{polite} ;;
        - comment *je|puis|peux|on|fais|faire|me|pour|m|se|peut {quit} *{the}|me|recevoir {texts}
        - comment *je|puis|peux|on|fais|faire|me|pour|m|se|peut desabonner|desinscrire|retirer
        - comment ..4 ne_plus recevoir *{the} {texts}
        """,
        0.65,
    ),
    _rule(
        "consentement",
        """
        - retire|revoque|annule|retirer|revoquer mon consentement
        - pas|jamais|sans ..2 consentement|permission|autorisation
        """,
        0.8,
    ),
    _rule(
        "retirez-le",
        "- (?:retir|enlev|supprim|effac)[a-z]* ?le|la|svp *{polite} ;;",
        0.7,
        (re.compile(r"\b(?:ne|n|pas) $"),),
        needs="- numero|liste|cell|cellulaire|telephone",
    ),
    _rule(
        "je-ne-veux-plus",
        """
        - veux|jveux|jveu|veu|veut|voulons|souhaite|souhaitons|desire|desirons|aimerais|voudrais|
          interesse
          +plus|pu|pas|rien|ne *recevoir|avoir|que|vous|m|me|etre|par|genre|{the} {texts}|
          recevoir|rien|
          {send}
        - veux|voudrais|aimerais|souhaite|desire ?ne arreter|cesser|plus d|de|plus|recevoir
          ?recevoir
          *{the} {texts}
        - plus envie de|d recevoir|avoir|lire
        - ?ne plus|pas recevoir *{the} {texts}
        - je veux *etre|me|m retir[a-z]+|enlev[a-z]+|supprim[a-z]+|desabonner|desinscrire
        """,
    ),
    _rule(
        "retirez-moi",
        """
        - {remove} *{polite}|moi|nous|me|le {the} {number}
        - {remove} *{polite}|moi|nous|me de *{the} {list}
        - {remove} moi|nous de|d|svp|s|.|,
        - me retirer|enlever|supprimer|desabonner|desinscrire|rayer de|svp|s|.|,
        """,
        0.9,
        (re.compile(r"\b(?:comment|ne|n|pas) $"),),
    ),
    _rule(
        "desabonner",
        "- (?:des_?abonn|desinscri)[a-z]* !de_(?:courriel|l_infolettre)",
        0.85,
        (re.compile(r"\b(?:comment|ne|n|pas|quand|si|etes|ete|suis)\b"),),
    ),
    _rule(
        "plus-de-messages",
        """
        - ^ *{polite}|je_veux plus|pas|aucun|fini *{the}|autres? {texts} *{polite}|a_ce_numero
          &.|,
        - (?:annul|cess|desactiv)[a-z]*|mettre_fin|fin *{the} {texts}
        """,
        0.85,
        (re.compile(r"\b(?:si|comment|ne|pas) "),),
    ),
    _rule(
        "laissez", "- laiss[a-z]+|fichez|foutez|lach[a-z]+ moi|nous tranquilles?|la_paix|en_paix"
    ),
    _rule(
        "stop-alone",
        "- ^^ *{polite} stop|arret|arreter|arretez|cessez|arrete|fin|annuler|annulez|terminer|"
        "desabonnement|desinscription|cesser|lachez_moi|lache_moi *{polite} ;;",
        0.85,
    ),
    _rule(
        "recevoir",
        """
        - je veux|souhaite|voudrais recevoir|rerecevoir *les|vos|des {texts}
        - ^^ start|debut svp|merci ;;
        """,
        0.7,
        (),
        KeywordClass.OPT_IN,
    ),
    _rule(
        "aide",
        "- ^^ aidez_moi|aide|j_ai_besoin_d_aide|besoin_d_aide *{polite} ;;",
        0.7,
        (),
        KeywordClass.HELP,
    ),
    _rule("wrong-number", "- mauvais|faux numero", 0.3),
)

# Words of which a request has at least one; the text is folded and has no punctuation here.
HINTS: Final = (
    "n",
    "ne",
    r"arret\w*",
    r"cess\w*",
    "veux",
    r"souhait\w+",
    r"desir\w+",
    "plus",
    r"enlev\w+",
    r"supprim\w+",
    r"effac\w+",
    r"radi\w+",
    "rayez",
    r"desabonn\w*",
    r"desinscri\w*",
    r"annul\w*",
    r"laiss\w+",
    "fichez",
    "foutez",
    "finissez",
    r"lach\w+",
    "svp",
    "recevoir",
    r"desactiv\w+",
    "toute",
    "suffit",
    "non aux",
    "otez",
    "comment",
    "consentement",
    "j?veux",
    "veu",
    "stop je",
    "fin",
    "s il (?:vous|te) plait",
    r"retir\w+",
    "debut",
    "aide",
    "aidez",
    "faux",
    "mauvais",
    "stop (?:les|ces|vos|merci)",
)

GRAMMAR: Final = Grammar(
    tuple(sorted(RULES, key=lambda rule: -rule.score)),
    laughter=re.compile(r"\b(?:lol|mdr|haha\w*|ptdr)\b"),
    hints=Hints(HINTS),
)
