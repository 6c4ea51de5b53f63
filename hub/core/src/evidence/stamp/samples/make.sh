#!/usr/bin/env bash
# Makes the tokens beside this file with OpenSSL alone: `bash make.sh`. The tests need nothing of it at run time.
#
# What is stamped is the text `signature`; every certificate is good for a hundred years, except the one that is over.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >ext.cnf <<'EOF'
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamps]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[none]
keyUsage = critical,digitalSignature
[lax]
extendedKeyUsage = timeStamping
[two]
extendedKeyUsage = critical,timeStamping,clientAuth
EOF
cat >tsa.cnf <<'EOF'
[tsa]
default_tsa = main
[main]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256, sha384
clock_precision_digits = 0
ess_cert_id_alg = sha256
[fraction]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = 3
ess_cert_id_alg = sha256
[old]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha1
EOF
echo 01 >serial
ec() { openssl genpkey -quiet -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$1.key"; }
rsa() { openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$1.key"; }

# root NAME; issued NAME ISSUER SECTION [x509 options]
root() { ec "$1" P-256; openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 36500 -extensions ca -config <(printf "[req]\ndistinguished_name=d\n[d]\n"; cat ext.cnf) -out "$1.pem"; }
issued() {
    local name=$1 issuer=$2 section=$3; shift 3
    openssl req -new -key "$name.key" -subj "/O=Tests/CN=$name" -config <(printf '[req]\ndistinguished_name=d\n[d]\n') -out "$name.csr"
    openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -CAcreateserial -extfile ext.cnf -extensions "$section" "$@" -out "$name.pem" 2>/dev/null
}
root root
root other
for spec in p256:P-256 p384:P-384 p521:P-521; do ec "${spec%:*}" "${spec#*:}"; issued "${spec%:*}" root stamps -days 36500; done
for bits in 1024 2048 3072 4096; do rsa rsa$bits $bits; issued rsa$bits root stamps -days 36500; done
ec between P-256; issued between root ca -days 36500
ec below P-256; issued below between stamps -days 36500
ec stranger P-256; issued stranger other stamps -days 36500
for kind in none lax two; do ec $kind P-256; issued $kind root $kind -days 36500; done
ec over P-256; issued over root stamps -days -1

printf 'signature' >text
# stamped NAME SIGNER [HASH [SECTION [CHAIN]]]: a token of `openssl ts`
stamped() {
    openssl ts -query -data text -"${3:-sha256}" -cert -out query.tsq 2>/dev/null
    openssl ts -reply -queryfile query.tsq -config tsa.cnf -section "${4:-main}" -signer "$2.pem" -inkey "$2.key" -"${6:-sha256}" \
        ${5:+-chain "$5.pem"} -token_out -out "$1.tst" 2>/dev/null
}
# signed NAME SIGNER HASH [options]: the content of p256-sha256 signed once more, by `openssl cms`
signed() {
    local name=$1 signer=$2 hash=$3; shift 3
    openssl cms -sign -in content -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -nosmimecap -outform DER \
        -signer "$signer.pem" -inkey "$signer.key" -md "$hash" "$@" -out "$name.tst"
}
for hash in sha256 sha384 sha512; do
    stamped p256-$hash p256 sha256 main "" $hash
    stamped p384-$hash p384 sha256 main "" $hash
    stamped rsa2048-$hash rsa2048 sha256 main "" $hash
done
stamped rsa3072-sha384 rsa3072 sha256 main "" sha384
stamped rsa4096-sha512 rsa4096 sha256 main "" sha512
stamped fraction p256 sha256 fraction
stamped chained below sha256 main between
stamped stranger stranger
stamped hash p256 sha384
stamped old p256 sha256 old
stamped rsa1024 rsa1024
stamped p521 p521 sha256 main "" sha512
openssl cms -verify -noverify -inform DER -in p256-sha256.tst -binary -out content 2>/dev/null
for hash in sha256 sha384 sha512; do
    signed pss-$hash rsa2048 $hash -cades -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest
done
signed salt rsa2048 sha256 -cades -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20
signed sha1 rsa2048 sha1 -cades
for kind in none lax two over; do signed $kind $kind sha256 -cades; done
signed unbound p256 sha256
signed plain p256 sha256 -noattr
openssl cms -sign -in content -binary -nodetach -nosmimecap -outform DER -signer p256.pem -inkey p256.key -md sha256 -cades -out data.tst
signed bare p256 sha256 -cades -nocerts
cp root.pem other.pem ./*.tst "$here"
