import { ApiError } from '../api/api-error.ts';
import type { WebhookRecord } from '../world/records.ts';
import { RawJson, refuse } from './method.ts';
import { refusal } from '../profiles/profile.ts';
import type { Call, Method } from './method.ts';

const MAX_BATCH = 100;
const DEFAULT_CONNECTIONS = 40;
const PORTS = { telegram: ['', '443', '80', '88', '8443'], bale: ['', '443', '88'] };

const getUpdates: Method = async (call) => {
  const { host, params } = call;
  if (host.world.webhook) {
    // Whether Bale refuses or stays silent here is not known: strict refuses, lenient is silent.
    if (host.profile.name === 'bale' && !host.strict) return [];
    refuse(host, 'webhook-active');
  }
  const allowed = params.structure('allowed_updates');
  if (host.profile.name === 'telegram' && Array.isArray(allowed)) host.updates.setAllowed(allowed as string[]);
  const limit = params.integer('limit') ?? MAX_BATCH;
  const updates = await host.updates.poll({
    offset: params.integer('offset'),
    limit: Math.min(Math.max(limit, 1), MAX_BATCH),
    timeout: params.integer('timeout') ?? 0,
    onDisconnect: (giveUp) => call.onDisconnect(giveUp),
  });
  return new RawJson(
    `[${updates.map((update) => update.body).join(',')}]`,
    updates.map((update) => update.id),
  );
};

const setWebhook: Method = (call) => {
  const { host, params } = call;
  const url = params.text('url') ?? '';
  if (url === '') return removeWebhook(call);
  checkUrl(call, url);
  const secret = params.text('secret_token');
  if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret)) {
    throw new ApiError(400, 'Bad Request: secret token contains unallowed characters');
  }
  const allowed = params.structure('allowed_updates');
  if (Array.isArray(allowed)) host.updates.setAllowed(allowed as string[]);
  if (params.flag('drop_pending_updates')) host.updates.confirm([...host.world.pending]);
  const webhook: WebhookRecord = {
    url,
    secret,
    maxConnections: params.integer('max_connections') ?? DEFAULT_CONNECTIONS,
  };
  host.updates.endPolls(refusal(host.profile, 'webhook-set-meanwhile'));
  host.world.commit({ t: 'webhook', webhook });
  return true;
};

/** The real messengers ask for HTTPS on a few ports; here a webhook on this machine may be plain HTTP on any. */
function checkUrl({ host }: Call, url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname)) return;
  if (parsed?.protocol !== 'https:') {
    throw new ApiError(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (!PORTS[host.profile.name].includes(parsed.port)) {
    throw new ApiError(400, 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
  // The simulator calls nobody outside this machine.
  throw new ApiError(400, 'Bad Request: bad webhook: Failed to resolve host: Name or service not known');
}

function removeWebhook({ host, params }: Call): true {
  // Reported to do nothing on Bale.
  if (params.flag('drop_pending_updates') && host.profile.name === 'telegram') {
    host.updates.confirm([...host.world.pending]);
  }
  if (host.world.webhook) host.world.commit({ t: 'webhook', webhook: null });
  return true;
}

const getWebhookInfo: Method = ({ host }) => {
  const { webhook, pending } = host.world;
  if (host.profile.name === 'bale') return { url: webhook?.url ?? '' };
  const error = host.updates.webhookError;
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: pending.length,
    ...(webhook ? { max_connections: webhook.maxConnections } : {}),
    ...(error ? { last_error_date: error.at, last_error_message: error.message } : {}),
  };
};

export const receivingMethods: Record<string, Method> = {
  getUpdates,
  setWebhook,
  deleteWebhook: removeWebhook,
  getWebhookInfo,
};
