"""Words in the names of columns that may tell who a patient is, in the languages of Europe's hospitals."""

import re

_WORDS = {
    "a name": (
        r"(first|last|sur|fore|middle|maiden|family|given|full|(^|\b)(pt|pat)|patients?|subject|person|contact"
        r"|physician|doctor|surgeon|mother|father|spouse)(['’]?s)?[\s_.-]?names?|initials|^names?$"
        r"|\b(surgeon|physician|doctor|radiologist|pathologist|oncologist|referrer|referring|chirurg\w*|arzt"
        r"|next of kin)\b|(nach|vor|familien|geburts|ruf)name|nazwisk|\bimi[eęo]\w*|apellid"
        r"|\bnombres?\b(?! de)|\b(pr[eé])?nom\b|cognome|\b(sobre)?nome\b|naam\b"
        r"|(för|efter)namn|navn\b|sukunimi|etunimi|p[rř][ií]jmen|jm[eé]no|фамилия|\bимя\b|姓名|氏名|名前"
    ),
    "a date": (
        r"\b(?!candi|up|vali|man)\w*dates?([\s_.-]?time)?\b|\bd\.?o\.?[bd]\b|\byob\b|birth|\bbday\b|_dt$"
        r"|\bdt\b|time[\s_.-]?stamp|datum|geburt|\bgeb\b|\bgeb[\s_.-]?(dat|tag|jahr)|naissance|nacimiento|nascita"
        r"|nascimento|urodz|f[øo]dsel|f[öo]del|syntym|narozen|fecha"
        r"|\bdata (d[aeio]|badania|zabiegu|operacji)\b|дата|рождения|生年|出生"
    ),
    "a record number": (
        r"\bmrn\b|medical[\s_.-]?record|(hospital|chart|account|licen[cs]e)[\s_.-]?(no|nr|number|id)\b|accession"
        r"|\bssn\b|social[\s_.-]?sec|insurance|passport|national[\s_.-]?id|\bnhs\b|medicare|medicaid|aadhaar"
        r"|\bpesel\b|versicher|krankenkasse|\bkvnr\b|fall[\s_.-]?(nr|nummer)|person(en)?n(umme)?r\b|\bcpr\b|\bbsn\b"
        r"|codice[\s_.-]?fiscale|\b(dni|nif|cpf|curp)\b"
    ),
    "a contact": (
        r"address|\baddr\b|adres|anschrift|indirizzo|direcci[oó]n|endere[cç]o|street|stra(ss|ß)e|ulica|\bzip\b"
        r"|post[\s_.-]?(al|code)|\bplz\b|postleit|pocztowy|phone|telefon|tel[eé]fono|\btel\b|mobile\b|\bmobil\b"
        r"|mobil(telefon|num|nr)|\bhandy\b|\bfax\b|mail|correo|courriel|\bur[li]\b|\bcity\b|\btown\b"
        r"|wohnort|\bort\b|miasto|\bville\b|ciudad"
    ),
    "a unique identifier": r"\bu?uid\b|_uuid$|\bguid\b|instance[\s_.-]?uid",
    "a file name": (
        r"\bfile[\s_.-]?(name|path)?s?\b|\w*path\b|\w*folder\b|\bdir(ectory)?\b|\b(image|img|mask|scan|dicom|nifti)"
        r"[\s_.-]?(file|dir|name)s?\b|\bdatei|\bpfad\b|\bordner\b|fichier|chemin|archivo|\bplik\b"
    ),
    "free text": (
        r"\b(comments?|remarks?|notes?|free[\s_.-]?text|narrative|notizen|uwagi|commentaires?|remarques?)\b"
        r"|bemerkung|anmerkung|kommentar|observaciones|osservazioni"
    ),
}
NAMES = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
