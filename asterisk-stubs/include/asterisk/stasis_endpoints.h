/* What the core knows of an endpoint at one moment. */
#ifndef STUB_STASIS_ENDPOINTS_H
#define STUB_STASIS_ENDPOINTS_H

struct ast_endpoint_snapshot {
	char opaque[80];
	int num_channels;
	char *channel_ids[];
};

struct ast_endpoint_snapshot *ast_endpoint_latest_snapshot(const char *tech, const char *resource);

#endif
