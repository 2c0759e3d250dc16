"""The public catalogue: procedures, their dated versions, the internal processes, and where they are offered."""

from procedures.models.catalogue import (
    Field,
    Offering,
    OfferingQuerySet,
    Procedure,
    ProcedureQuerySet,
    ProcedureVersion,
    VersionQuerySet,
)
from procedures.models.editing import CatalogueChange, CatalogueUpdate, ProcedureDraft, Publication
from procedures.models.form import FormFile
from procedures.models.number import CatalogueVersion
from procedures.models.parts import Channel, RequiredDocument, Step
from procedures.models.posted import PostedCheck, PostedCheckLine
from procedures.models.process import Process, ProcessQuerySet, ProcessStep, StepQuerySet
from procedures.models.words import Abbreviation

__all__ = [
    "Abbreviation",
    "CatalogueChange",
    "CatalogueUpdate",
    "CatalogueVersion",
    "Channel",
    "Field",
    "FormFile",
    "Offering",
    "OfferingQuerySet",
    "PostedCheck",
    "PostedCheckLine",
    "Procedure",
    "ProcedureDraft",
    "ProcedureQuerySet",
    "ProcedureVersion",
    "Process",
    "ProcessQuerySet",
    "ProcessStep",
    "Publication",
    "RequiredDocument",
    "Step",
    "StepQuerySet",
    "VersionQuerySet",
]
