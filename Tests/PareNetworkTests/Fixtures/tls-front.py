#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speaks TLS on a free port of loopback and hands what it hears to a port that does not.

Arguments: certificate, key, port behind, and the authority of clients' certificates, with "!" before it where clients must
have one.  Says its port, then a line for each connection: the common name of the client's certificate, or "-".
"""
import socket
import ssl
import sys
import threading


def relay(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def refuse(connection):
    """Ends so that the client reads why: a connection that is closed with something unread is reset."""
    with connection:
        try:
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass


def serve(connection):
    plain = connection.dup()
    try:
        client = context.wrap_socket(connection, server_side=True)
        behind = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
    except OSError:
        refuse(plain)
        return
    plain.close()
    subject = dict(pair for part in (client.getpeercert() or {}).get("subject", ()) for pair in part)
    print(subject.get("commonName", "-"), flush=True)
    threading.Thread(target=relay, args=(client, behind), daemon=True).start()
    relay(behind, client)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
if len(sys.argv) > 4:
    context.load_verify_locations(sys.argv[4].lstrip("!"))
    context.verify_mode = ssl.CERT_REQUIRED if sys.argv[4].startswith("!") else ssl.CERT_OPTIONAL
listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()
