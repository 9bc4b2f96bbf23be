/* What is wrong with a chain of certificates, gathered while OpenSSL verifies it and then said in words. */
#ifndef LOOP_TLS_FAULT_H
#define LOOP_TLS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

struct tls_faults {
	unsigned found; /* flags of tls_fault.c's table */
	int other;      /* the first error of OpenSSL's that the table has not; 0 none */
	int64_t time_s; /* when what has expired ended, or what is not valid yet begins */
	char name[128]; /* of whom that is, or of the issuer that is not known */
};

/* OpenSSL's error number for one certificate; `depth` 0 is the server's own. */
void tls_faults_add(struct tls_faults *faults, int number, int depth, X509 *certificate);

bool tls_faults_any(const struct tls_faults *faults);

/* "expired 3 days ago, is for other.example": `hosts` are those of the certificate, `now_s` is the wall clock's. */
void tls_faults_words(const struct tls_faults *faults, const char *hosts, int64_t now_s, char *ret, size_t size);

#endif
