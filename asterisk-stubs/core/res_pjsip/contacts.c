/* Contacts: what registrations leave behind. Nobody registers here but by "stub put contact AOR;@NAME NAME=VALUE...". */

#include "res_pjsip/contacts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/res_pjsip.h"

#include "base/macros.h"
#include "base/memory.h"
#include "base/objects.h"
#include "base/variables.h"
#include "sorcery/find.h"
#include "sorcery/object.h"

static struct ast_sorcery *instance;

/* The texts of a contact, by the names of their options. */
static const struct text_field {
	const char *name;
	size_t offset;
} texts[] = {
	{ "uri", offsetof(struct ast_sip_contact, uri) },
	{ "user_agent", offsetof(struct ast_sip_contact, user_agent) },
	{ "reg_server", offsetof(struct ast_sip_contact, reg_server) },
	{ "via_addr", offsetof(struct ast_sip_contact, via_addr) },
	{ "endpoint", offsetof(struct ast_sip_contact, endpoint_name) },
};

static const char **text_of(const void *contact, size_t field)
{
	return (const char **) ((char *) contact + texts[field].offset);
}

void contacts_are_of(struct ast_sorcery *sorcery)
{
	instance = sorcery;
}

static void contact_destroy(void *object)
{
	struct ast_sip_contact *contact = object;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		block_free((char *) *text_of(contact, i));
	}
	block_free((char *) contact->aor);
}

void *contact_alloc(const char *id)
{
	struct ast_sip_contact *contact = sorcery_object_alloc(sizeof(*contact), contact_destroy, SIDE_CORE);
	char *aor;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		*text_of(contact, i) = block_strdup("");
	}
	aor = block_strdup(id);
	aor[strcspn(aor, ";")] = '\0';
	contact->aor = aor;
	return contact;
}

int contact_option(const struct aco_option *option, struct ast_variable *variable, void *object)
{
	struct ast_sip_contact *contact = object;

	(void) option;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (!strcasecmp(variable->name, texts[i].name)) {
			block_free((char *) *text_of(contact, i));
			*text_of(contact, i) = block_strdup(variable->value);
		}
	}
	if (!strcasecmp(variable->name, "expiration_time")) {
		contact->expiration_time.tv_sec = strtol(variable->value, NULL, 10);
	}
	return 0;
}

int contact_fields(const void *object, struct ast_variable **fields)
{
	const struct ast_sip_contact *contact = object;
	char time[24];

	snprintf(time, sizeof(time), "%ld", (long) contact->expiration_time.tv_sec);
	*fields = variable_new("expiration_time", time, "", SIDE_CORE);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct ast_variable *more = variable_new(texts[i].name, *text_of(contact, i), "", SIDE_CORE);

		more->next = *fields;
		*fields = more;
	}
	return 0;
}

struct ao2_container *ast_sip_location_retrieve_contacts_from_aor_list(const char *aor_list)
{
	struct ao2_container *all = sorcery_all(instance, "contact");
	struct ao2_container *found = container_create();

	for (int i = 0; i < container_count(all); i++) {
		struct ast_sip_contact *contact = container_at(all, i);

		if (!strcmp(contact->aor, aor_list)) {
			container_add(found, contact);
		}
	}
	object_release(all);
	return given_to_module(found);
}
