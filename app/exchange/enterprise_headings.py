"""Which heading of somebody's list means which field of an enterprise, in any order, in English or Spanish."""

import re

from app.i18n import Language
from app.models.registry import TABLE_BY_NAME, Kind
from app.models.search import folded

_NOT_FROM_LISTS = {"merged_into", "advisor_id", "country_programme_id"}
# Fields that a list may bring, in the registry's order.
FIELDS = tuple(
    field
    for field in TABLE_BY_NAME["enterprise"].fields
    if field.kind is not Kind.LINK and field.name not in _NOT_FROM_LISTS
)
# What lists call them beside the registry's own labels; folded, without signs.
_ALSO = {
    "name": "enterprise, enterprise name, company, company name, factory, factory name, firm, establishment,"
    " nombre, empresa, nombre de la empresa, fabrica, establecimiento, razon comercial, nama perusahaan",
    "code": "code, id, factory number, enterprise code, registration number, no, codigo, numero, n",
    "legal_name": "legal name, owner company, razon social, nombre legal",
    "address": "address, street, location, direccion, domicilio, calle",
    "city": "city, town, municipality, industrial zone, ciudad, municipio, localidad, zona industrial",
    "region": "region, province, state, department, district, provincia, estado, departamento",
    "country": "country, country code, pais, codigo de pais",
    "latitude": "latitude, lat, latitud",
    "longitude": "longitude, lon, lng, longitud",
    "sector": "sector, industry, branch, rubro, industria, rama, giro",
    "isic": "isic, isic code, ciiu",
    "products": "products, product, main products, productos, producto",
    "founded": "founded, year founded, established, since, ano de fundacion, fundada, fundacion",
    "ownership": "ownership, owner type, propiedad, tipo de propiedad",
    "market": "market, main market, mercado",
    "phone": "phone, telephone, tel, mobile, phone number, telefono, celular",
    "email": "email, e mail, mail, correo, correo electronico",
    "report_language": "language, report language, idioma, idioma del informe",
    "status": "status, estatus, situacion",
    "status_reason": "reason, motivo",
    "tier": "tier, group, nivel, grupo",
    "may_share": "may be shared, consent, consentimiento",
    "joined_on": "joined, joined on, start date, fecha de ingreso, ingreso",
    "notes": "notes, remarks, comments, notas, observaciones, comentarios",
}
_MEANS = {folded(word.strip()): name for name, words in _ALSO.items() for word in words.split(",")}
_SIGNS = re.compile(r"[^\w]+|_")


def field_called(heading: str, language: Language) -> str | None:
    """The field of the enterprise that a column with this heading holds; None for one that says nothing here."""
    plain = _plain(heading)
    if not plain:
        return None
    labels = {_plain(said): f.name for f in FIELDS for said in (f.name, f.label, language._(f.label))}
    return labels.get(plain) or _MEANS.get(plain)


def _plain(heading: str) -> str:
    """Folded, without signs and what stands in brackets: `E-mail (office) *` is `e mail`."""
    bare = re.sub(r"\(.*?\)", " ", folded(heading))
    return " ".join(_SIGNS.sub(" ", bare).split())
