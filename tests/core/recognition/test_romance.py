import pytest

from stopline.consent import classify, label_of
from stopline.core.recognition.french_lexicon import LEXICON as FRENCH
from stopline.core.recognition.spanish_lexicon import LEXICON as SPANISH

REQUESTS = [
    "quítenme de su lista",
    "sakenme de la lista xfa",
    "borra mi numero",
    "dejen d molestar con sus msj",
    "ya no m manden msjs",
    "yanomemandenmas",
    "no kiero mas mensages",
    "ni un mensaje más",
    "denme de baja",
    "baja por favor",
    "cómo hago para que ya no me lleguen sus mensajes",
    "no me escribás más",
    "stop con los mensajes",
    "arrêtez de m'écrire",
    "aretez les texto",
    "ne menvoyez plus rien",
    "écrivez-moi pu",
    "jveux pu de textos",
    "plus de messages svp",
    "enlève-moi de ta liste",
    "veuillez retirer mon numéro de vos envois",
    "comment me désabonner",
    "lâchez-moi patience",
    "foutez-moi la paix avec vos textos",
    "qu'on m'enlève de la liste",
    "svp remove mon numéro",
]

OTHERS = [
    "no me saquen de la lista",
    "no dejen de avisarme",
    "nunca pedí que dejaran de mandarme los avisos",
    "cancelen mi cita por favor",
    "no me manden la azul, mejor la negra",
    "quiero dar de baja mi línea",
    "borré su mensaje sin querer",
    "¿qué pasa si respondo BAJA?",
    "por qué ya no me mandan mensajes",
    "mi hijo no deja de vomitar",
    "enlevez-moi pas de la liste, j'adore vos rabais",
    "arrêtez pas de m'envoyer vos rappels",
    "annulez mon rendez-vous svp",
    "je veux arrêter le traitement",
    "je ne reçois plus vos messages, pourquoi",
    "j'ai arrêté de fumer",
    "arrêtez de me charger 10$ pour la boîte vocale",
    "si j'envoie arrêt est-ce que je perds mes points?",
    "ne m'appelez pas avant midi svp",
    "fin de semaine ok",
]


@pytest.mark.parametrize("text", REQUESTS)
def test_request_is_read(text):
    """Requests are read however they are spelled, whoever speaks."""
    assert label_of(classify(text)) == "opt_out"


@pytest.mark.parametrize("text", OTHERS)
def test_other_meaning_is_no_request(text):
    """The same words with another object, negated, reported or asked about are no request."""
    assert label_of(classify(text)) == "none"


SPELLINGS = [
    (SPANISH, ["bórrenme", "borrenme", "vorrenme", "eliminenme", "sakenme"], ". quiten me . "),
    (SPANISH, ["no me escriban", "no me escrivan", "no m escriban"], ". no me escriban . "),
    (SPANISH, ["mensaje", "msj", "mensages", "txts", "mensjaes"], ". mensajes . "),
    (FRENCH, ["arrêtez", "arrête", "arreter", "aretez", "cessez"], ". arreter . "),
    (FRENCH, ["n'écrivez plus", "n écrivez pu", "ne textez plus"], ". ne ecrire plus . "),
    (FRENCH, ["désabonnez-moi", "desabonne moi", "désinscrivez moi"], ". desabonner m . "),
]


@pytest.mark.parametrize("lexicon, texts, line", SPELLINGS)
def test_one_spelling_for_many(lexicon, texts, line):
    """Forms, sounds, slips and pronouns glued to the verb come to the same words."""
    assert {lexicon.canonical(text) for text in texts} == {line}


ENGLISH = [
    "I saw your mother at the alarm store",
    "Finished the report",
    "remove me from the shift",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_not_taken_for_another_language(text):
    """English words that look like ours do not call the other grammars."""
    assert not any(lexicon.may_ask(text.lower()) for lexicon in (SPANISH, FRENCH))
