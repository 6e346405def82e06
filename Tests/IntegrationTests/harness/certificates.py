"""Certificates of a private authority, made by openssl."""

import ssl
import subprocess


class Authority:
    """An authority that no system knows, and certificates for `localhost` that it vouches for."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.file = folder / "ca.pem"
        self._key = folder / "ca-key.pem"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=a private authority", "-keyout", self._key, "-out",
            self.file)

    def server(self, days=2):
        """The context of a server; with -1 days its certificate has expired."""
        key, request = self.folder / "key.pem", self.folder / "request.pem"
        names, certificate = self.folder / "names", self.folder / "certificate.pem"
        names.write_text("subjectAltName=DNS:localhost")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=localhost", "-keyout", key, "-out", request)
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key,
            "-CAcreateserial", "-days", str(days), "-extfile", names, "-out", certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
