# SPDX-License-Identifier: Apache-2.0
"""A small list of music records: JSON, a page, and the links between them."""
from flask import Flask, jsonify, render_template, request
from requests.compat import urljoin

app = Flask(__name__, template_folder="../templates")
app.json.sort_keys = True

RECORDS = [
    {"id": 1, "title": "Kind of Blue", "artist": "Miles Davis", "year": 1959},
    {"id": 2, "title": "Blue Train", "artist": "John Coltrane", "year": 1957},
]


def with_link(record):
    return {**record, "href": urljoin("http://records.example/records/", str(record["id"]))}


@app.get("/")
def page():
    return render_template("records.html", records=RECORDS)


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.get("/records")
def records():
    return jsonify([with_link(record) for record in RECORDS])


@app.get("/records/<int:number>")
def record(number):
    for candidate in RECORDS:
        if candidate["id"] == number:
            return jsonify(with_link(candidate))
    return jsonify(error="no such record"), 404


@app.post("/sum")
def total():
    """Adds up the years of the records that are sent."""
    sent = request.get_json()
    return jsonify(count=len(sent), years=sum(entry["year"] for entry in sent))
