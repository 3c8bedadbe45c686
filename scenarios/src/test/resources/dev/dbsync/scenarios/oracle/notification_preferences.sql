SELECT "id" AS id,
       "projectUserId" AS user_id,
       "notificationCategoryId" AS notification_category_id,
       "enabled" AS enabled
FROM public."UserNotificationPreference"
WHERE "tenancyId" = ?
