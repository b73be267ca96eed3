import { openAccountTables } from './account-table.ts';
import { serve } from './worker-server.ts';

serve({ setUp: openAccountTables });
