/** Which receivers get results: each one everything, or the first that works. */
export type DeliveryMode = 'all' | 'failover';
