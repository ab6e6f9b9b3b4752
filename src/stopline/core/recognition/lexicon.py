"""The words that requests are made of, and one spelling for the many that people use."""

from types import MappingProxyType
from typing import Final

from stopline.core.recognition.patterns import words

# Words that carry no meaning here: courtesy, address, emphasis, swearing.
FILLERS: Final = words(
    "please kindly just really actually also guys folks sir maam madam bro dude man bruh "
    "dear friend freaking freakin frickin fucking fuckin fking fn effing damn damned goddamn dang "
    "bloody hell heck literally simply immediately asap urgently promptly permanently forever "
    "rly realy completely totally honestly seriously already now kinda fr tho though pleaseee lah "
    "everyone people politely respectfully formally hereby god"
)

_SPELLINGS: Final = {
    "please": "pls plz plx pleas plese ples pleez plzz plss pleaase plees por",
    "text": "txt tex tx texted txted",
    "texting": "txting txtin textin texin texing txtn texn texxting textng",
    "texts": "txts txs textes",
    "message": "msg mssg messege mesage massage",
    "messages": "msgs mssgs messeges mesages massages messags msges",
    "messaging": "msging mssging msgin messagin messageing",
    "sending": "sendin sendng",
    "calling": "callin",
    "dont": "ion dnt donot dun don doant dontt dint",
    "stop": "stp stahp stawp stopp stoppp",
    "quit": "kwit",
    "remove": "rmv rmve rmov",
    "removed": "rmvd",
    "unenroll": "unenrol unenrolled disenrol",
    "unsubscribe": "unsub unsubscribing unsubscription unsubscribtion unscribe unjoin",
    "can": "cn",
    "your": "ur yur yalls yr",
    "you": "u ya yu yall",
    "me": "mee meh",
    "are": "r",
    "thanks": "thx ty tx tks tysm thnx thanx",
    "texting me": "textingme",
    "this number": "thisnumber",
    "off": "offf",
    "to": "2 too",
    "for": "4",
    "with": "w wit",
    "number": "num nbr numbr nmbr",
    "phone": "fone cell cellphone cellular mobile cel celly landline telephone tele",
    "again": "agn agin",
    "anymore": "nymore anymor nomor",
    "because": "bc cuz coz cos bcoz",
    "want": "wanna wnt wan",
    "wont": "wnt",
    "cant": "cannot cnt",
    "im": "iam",
    "going": "gonna",
    "sms": "smses",
    "notifications": "notifs notification notifaction notifactions",
    "subscription": "subscrip subscribtion subsciption",
    "optout": "optedout",
}

CANONICAL: Final = MappingProxyType(
    {variant: word for word, variants in _SPELLINGS.items() for variant in variants.split()}
)
