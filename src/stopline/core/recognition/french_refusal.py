"""Refusals in French: not to write, nothing wanted, no more texts."""

import re
from typing import Final

from stopline.core.recognition.french_words import IF, REPORTED, RULE

RULES: Final = (
    RULE(
        "nenvoyez-plus",
        """
        - ne *{cl} {send} *{cl}|ici|a|{the}|numero {never} *{never} &{end}
        - ne *{cl} {send} *{cl}|ici {never} *{never}|{the} {texts}|ici|numero !papier
        - ne|pas|plus|jamais|rien *{never} *{cl}|etre|a {send} *{cl}|{the} {texts}|numero
        - ne|pas|plus|jamais|rien *{never} *{cl}|etre|a {send} &{end}|d
        - {send} *{cl}|ici|{the}|numero plus|jamais *jamais|rien|pas|m &{end}
        - {send} *{cl}|ici|{the} plus|jamais|pas *rien|{the} {texts}
        - ^ *{cl}|veuillez {send} m|nous pas &{end}
        - veuillez pas|plus *{cl} {send} &{end}|d
        - m {send} {never} &{end}
        - ne *{cl} {write} *{cl}|ici|{the} plus|jamais !d_bonne|tard|tot|avant|apres|vite|
          en_anglais|l
        - ne *{cl} {send} plus|jamais *{never}|{the} !{goods}|tard|tot|avant|apres|vite|qu|en
        - ne|pas|plus|rien *{never}|d *{cl} {write} &svp|ni|l_numero
        - ^ *{polite}|veuillez pas|plus *{cl} {send} &{end}
        - {write} *m|nous plus|jamais|pas &{end}
        - ne *{cl} utiliser|utilisez|servez|continuez|continuer|recommencez plus|jamais &{end}
        - ne *{cl} utiliser|utilisez|servez plus *{the} numero
        - ne continuez|continuer pas|plus a *{cl} {send}
        - inutile|evitez|eviter|evite|abstenez ?vous d *{cl} {send} !qu
        - ne insister plus|pas &.
        - ne *{cl} inclure plus|pas|jamais ?rien dans|a|sur|d *{the} {list}
        - ne *{cl} utiliser plus|pas|jamais *jamais *{the} numero
        - ne *{never}|{cl} continuez|continuer a|d *{cl} {send}
        - {texts} ..3 l|en {never} veux|besoin
        - {texts} ..2 en ai|a {never} veux
        """,
        0.9,
        (
            re.compile(
                r"(?<!veuillez )\b(?:j|il|elle|ils|elles|qui|tu|vous|on)(?: (?:ne|m|l|nous|y|en|"
                r"vous|lui|s))* $"
            ),
            re.compile(r"\b(?:pourquoi|si|quand|qui)\b"),
            re.compile(
                r"\b(?:m|l|nous|vous|ne|prof|il|elle) a $|\b(?:ai|as|avez|ont|avons|"
                r"avait) (?:\w+ )?$|\bj veuillez (?:\w+ )?$"
            ),
        ),
    ),
    RULE(
        "je-les-veux-plus",
        "- l|en veux|besoin {never} ;\n- veux {never} ca ;",
        0.7,
        (re.compile(r"\b(?:si|pourquoi)\b"),),
        needs="- messages|choses|liste",
    ),
    RULE(
        "on-ne-menvoie-plus",
        """
        - qu on ne *{cl} {send} {never} &{end}
        - qu vous ne *{cl} {send} {never} &{end}|d
        """,
    ),
    RULE(
        "veux-plus",
        """
        - veux {never}|ne *{never}|ne|{cl}|qu|vous|recevoir|avoir|etre|voir|lire|entendre|savoir|
          {the}|
          parler {any_texts}|ecrire
        - ne *{cl} veux *{never} *{never}|{cl}|{the}|qu {any_texts}|ecrire
        - veux {never}|ne *{never}|d *etre|m|l|d recevoir &{end}|rien
        - veux {never} *rien|{cl} entendre|savoir|recevoir d_vous|d_l_messages|parler|vous
        - veux *ne|qu|vous|l arreter|enlever|desabonner *{cl}|d|{the} {texts}|{send}
        - veux *etre|m|qu|l enlever|desabonner &.|,|?
        - veux *etre|m|qu|l enlever|desabonner d|aux|a *{the} {list}
        - {texts} ne|m *{cl} veux {never}
        - {texts} *j|m|en|l|ne veux|interesse {never}
        - {never} interesse *a|par|recevoir|{the} {texts}
        - veux {never}|ne *{never}|etre|plus|faire|partie|avoir|affaire +d|dans|sur|a|l {list}|
          vous|nouvelles
        - demande|exige|prie|somme|demander *qu|vous|d|{cl}|etre arreter|enlever|desabonner &.|,|?|
          m|d_m|d_{send}|ca
        - tasse|chier|yeule|tannants|tannant|fatigants|fatigant|ecoeurants|diable ?m ..1 avec
          *{the} {texts}
        - pas|jamais|rien demande|demandes *d|{the}|recevoir {texts}
        - appeler pas|ni|et *d|{the} {texts}
        - pas|ni d appeler pas|ni d {texts}
        - {never} en recevoir
        - {never} recevoir ca
        - ne *{cl} appeler plus|jamais &.|jamais|et|ni
        - ne *{cl} demandez plus *d|{the} argent|dons|don|voter
        - faites comme si j existais|etais pas|mort|morte
        - {never} veux ?d ?recevoir ?l {texts}|ca
        - veux ?vous_que cesser|arreter d recevoir
        - veux|prefere *etre|m enlever|sortir
        - arreter d recevoir *{the} {texts}
        - arreter d recevoir ;
        - refuse *d|{the}|recevoir|tout|l {texts}|{send}
        - {never}|ne *{never} ?d recevoir *{the} infos
        - veux|veux_en plus|pas recevoir *{the} infos
        - tanne|assez|marre d *{the}|recevoir {texts} !pour
        - plus|pas veux *{cl}|{the}|recevoir|avoir|lire|etre {texts}|{send}
        - ne plus|pas|rien *{cl} recevoir *{the} {texts}|rien
        - ne plus|pas|rien *{cl} recevoir &.|?
        - plus|pas recevoir *{the} {texts}
        - ne ..2 doit|dois plus recevoir|{send}
        - plus|pas capable ?d ?l {texts}
        """,
        0.9,
        (
            re.compile(
                r"\b(?:il|elle|ils|elles|qui) (?:ne )?$|\b(?:si|pourquoi|tape|repondez|repondre)\b"
            ),
            re.compile(r"\bpas qu\b"),
        ),
    ),
    RULE(
        "plus-de-messages",
        """
        - non *{polite} plus *{the} {texts}
        - ^ *{polite}|et|mais|j|veux plus|pas|aucun|fin|assez|zero|stop|treve|rien *{the}|un
          {texts} !{send}|en|m|sont|pour_aujourd|aujourd|d|encore|recois|l_semaine|ca
        - , *et|mais|non plus|pas|aucun|assez|stop *{the}|un {texts}
        - non aux|d *l|vous|tous {texts}
        - rien ?d ?autre ?a *{the} numero ;
        - stop|assez|fin|arret|suffit|marre|tanne|tannee|ecoeure|va_faire *{cl}|{the}|avec
          {texts}|{send}
        - moins d {texts} ,
        - pas|plus un d plus
        - plus|pas un tranquille {texts}
        - plus jamais d {texts}
        - ^^ *{polite} plus|pas d choses ;;
        - ne veux {never} *a recevoir *{the} infos
        - ^^ *{polite} plus jamais|plus ;;
        - ^ *m|{polite} plus rien ;
        - m plus rien &.|,
        - plus ?d {texts} pour m
        - plus|pas par {texts}
        - pas un|une autre *{the} {texts}
        - garder|gardez *{the} {texts} &.|,|pour
        - garder|gardez l pour vous
        """,
        0.85,
        (
            IF,
            REPORTED,
            re.compile(r"\b(?:recois|ai|y a|peux|veux plus|comment|eu)\b"),
        ),
    ),
)
