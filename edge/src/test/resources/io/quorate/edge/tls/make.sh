#!/bin/sh
# Made the files beside it: an authority, a server and a client it signed, and a stranger.
set -eu
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 \
  -subj /CN=test-ca -addext basicConstraints=critical,CA:TRUE -keyout ca-key.pem -out ca.pem
sign() { # name, subject, extensions, key options...
  name=$1 subject=$2 extensions=$3
  shift 3
  openssl req -new "$@" -nodes -subj "$subject" -keyout "$name-key.pem" -out "$name.csr"
  printf '%s\n' "$extensions" > "$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 36500 \
    -extfile "$name.ext" -out "$name.pem"
  rm "$name.csr" "$name.ext"
}
EC="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
SERVER="subjectAltName=DNS:localhost,IP:127.0.0.1"
sign server /CN=server "$SERVER" $EC
sign server-rsa /CN=server-rsa "$SERVER" -newkey rsa:2048
sign client /CN=alice "extendedKeyUsage=clientAuth
subjectAltName=DNS:alice.example,IP:127.0.0.9" $EC
openssl req -x509 $EC -nodes -days 36500 -subj /CN=mallory -keyout stranger-key.pem -out stranger.pem
rm ca-key.pem ca.srl
